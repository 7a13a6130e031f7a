// A server that says what a test tells it to: the errors, delays and rubbish that a real server seldom sends.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";

/** Accepts the connections of the client under test, one after the other. */
export class ScriptedServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #clients: Client[] = [];

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Waits for the next connection. */
  async accept(): Promise<Client> {
    const client = Client.over(await this.#listener.accept());
    this.#clients.push(client);
    return client;
  }

  /** Waits for the next connection and its login, and answers all that a client asks at first. */
  async welcome(name: string): Promise<Client> {
    const client = await this.accept();
    await answerLogin(client, name);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const client of this.#clients) await client.close();
  }
}

/** Returns the next line of a client, which must be a request of a type. */
export async function nextRequest(client: Client, type: string): Promise<Line> {
  const line = await client.line();
  assert.equal(line["type"], type, JSON.stringify(line));
  return line;
}

/** Answers a `login`, and the `users` and `history` after it. */
export async function answerLogin(client: Client, name: string): Promise<Line> {
  const login = await nextRequest(client, "login");
  await client.send({ type: "login", status: "ok", username: name, ref: login["ref"] });
  await answerFirstRequests(client, name);
  return login;
}

/** Answers `users` and `history`. No `states`: a client must accept that. */
export async function answerFirstRequests(client: Client, name: string): Promise<void> {
  const { ref } = await nextRequest(client, "users");
  await client.send({ type: "users", users: [name], ref });
  const history = await nextRequest(client, "history");
  const { channel } = history;
  await client.send({ type: "history", channel, messages: [], more: false, ref: history["ref"] });
}

/** Sends the error that answers a request. */
export async function refuse(client: Client, request: Line, error: Line): Promise<void> {
  const message = `erreur ${error["code"]}`;
  const { type, ref } = request;
  await client.send({ type: "error", message, error: message, request: type, ref, ...error });
}
