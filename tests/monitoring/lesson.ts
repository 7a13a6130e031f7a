// A lesson: students log in, chat, mistype passwords, connect and disconnect. It is the load for tests of
// monitoring.
import { Client } from "../support/client.ts";

/** A lesson that goes on until it is ended. */
export interface Lesson {
  /** Ends the lesson and closes all connections. */
  end(): Promise<void>;
}

const PASSWORD = "Sésame 1234";

/**
 * Starts a lesson. @param port The chat. @param options The number of students, and messages per second of the
 * class.
 */
export async function startLesson(
  port: number,
  { students, messagesPerSecond }: { students: number; messagesPerSecond: () => number },
): Promise<Lesson> {
  const clients: Client[] = [];
  for (let n = 1; n <= students; n++) clients.push(await enter(port, n));
  let going = true;
  const talking = (async () => {
    for (let turn = 0; going; turn++) {
      const client = clients[turn % clients.length]!;
      const whom = turn % 5 === 0
        ? { subtype: "private", to: `student${(turn + 1) % clients.length + 1}` }
        : { subtype: "global" };
      await client.send({ type: "message", ...whom, content: `message ${turn}` });
      if (turn % 25 === 0) await misbehave(port);
      if (turn % 40 === 0) await leaveAndReturn(port, clients, turn);
      await pause(1000 / Math.max(0.5, messagesPerSecond()));
    }
  })();
  return {
    async end() {
      going = false;
      await talking;
      for (const client of clients) await client.close();
    },
  };
}

/** Joins a student. Every second one has an account. */
async function enter(port: number, n: number): Promise<Client> {
  const username = `student${n}`;
  if (n % 2 === 1) return await Client.guest(port, username);
  const client = await Client.connect(port);
  const account = { username, password: PASSWORD };
  await client.ask({ type: "register", ...account });
  await client.ask({ type: "login", ...account });
  return client;
}

async function misbehave(port: number): Promise<void> {
  await using client = await Client.connect(port);
  await client.ask({
    type: "login",
    username: `student${Math.ceil(Math.random() * 9)}`,
    password: "?",
  });
  await client.ask({ type: "nonsense" });
}

async function leaveAndReturn(port: number, clients: Client[], turn: number): Promise<void> {
  const at = (turn / 40) % clients.length;
  await clients[at]!.close();
  clients[at] = await enter(port, at + 1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
