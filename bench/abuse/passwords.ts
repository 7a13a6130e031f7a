// Rows 7 and 14: connections of one address that keep the password queue full.
import { type Attack, type Outcome, repeatedly, sleep, type Stage } from "./attack.ts";
import type { Caller } from "./caller.ts";
import { PASSWORD } from "./database.ts";

/** Connections from each address. */
const CONNECTIONS = 190;

async function occupy(stage: Stage): Promise<Outcome> {
  const figures: Record<string, number> = {};
  const requests: Record<string, (n: number) => Record<string, string>> = {
    register: (n) => ({ type: "register", username: `new${n}`, password: PASSWORD }),
    "wrong password": (n) => ({ type: "login", username: `user${n % 1800}`, password: "wrong" }),
    "unknown name": (n) => ({ type: "login", username: `nobody${n}`, password: "wrong" }),
    "one account": () => ({ type: "login", username: "user7", password: "wrong" }),
  };
  let n = 0;
  for (const [what, make] of Object.entries(requests)) {
    figures[what] = await occupyWith(stage, () => make(n++));
  }
  figures["change of password"] = await changePasswords(stage);
  // The attackers have left, so their requests must have left the queue too.
  await sleep(Math.min(8, stage.seconds) * 1000);
  return { figures };
}

/** Sends requests over all connections for some seconds. @returns The number of replies. */
async function occupyWith(
  stage: Stage,
  make: () => Record<string, string>,
): Promise<number> {
  let answers = 0;
  const callers: Caller[] = [];
  await repeatedly(stage.seconds / 2, CONNECTIONS * stage.addresses, async (copy) => {
    const caller = callers[copy]?.closed === false ? callers[copy]! : await stage.call(copy);
    callers[copy] = caller;
    const reply = await caller.askOld(make(), stage.seconds * 500);
    if (reply?.["code"] === undefined && reply !== undefined) answers++;
    else if (reply?.["code"] === "login_failed") answers++;
    else await sleep(100);
  });
  callers.forEach((caller) => caller.close());
  return answers;
}

async function changePasswords(stage: Stage): Promise<number> {
  const members = await Promise.all(
    Array.from({ length: stage.quick ? 10 : 40 }, async (_, i) => {
      const caller = await stage.call(i);
      await caller.askOld({ type: "login", username: `user${100 + i}`, password: PASSWORD });
      return caller;
    }),
  );
  let answers = 0;
  await repeatedly(stage.seconds / 2, members.length, async (copy) => {
    const reply = await members[copy]!.ask(
      { type: "password", old: PASSWORD, new: PASSWORD },
      stage.seconds * 500,
    );
    if (reply?.["status"] === "ok") answers++;
    else await sleep(100);
  });
  members.forEach((member) => member.close());
  return answers;
}

/** Returns a name whose compatibility form is eighteen times as long. */
export function growingName(n: number): string {
  return `${"\ufdfa".repeat(245)}${n}`;
}

async function swellThrottle(stage: Stage): Promise<Outcome> {
  const total = stage.quick ? 6_000 : 30_000;
  const perVisit = 40;
  let sent = 0;
  const connections = CONNECTIONS * stage.addresses;
  await Promise.all(Array.from({ length: connections }, async (_, copy) => {
    while (sent < total && stage.alive()) {
      const first = sent;
      sent += perVisit;
      const caller = await stage.call(copy).catch(() => undefined);
      if (caller === undefined) {
        await sleep(50);
        continue;
      }
      let lines = "";
      for (let n = first; n < first + perVisit; n++) {
        const login = { type: "login", username: growingName(n), password: "wrong" };
        lines += `${JSON.stringify(login)}\n`;
      }
      caller.send(lines);
      await caller.wait(() => caller.lines >= perVisit, stage.quick ? 1_000 : 3_000);
      caller.close();
    }
  }));
  return { figures: { logins: sent } };
}

/** The rows. */
export const occupying: Attack = {
  row: "7",
  title: "190 connections of one address register, log in and change passwords in a loop",
  before: "logins take 7–12 s, also after all of them have left",
  run: occupy,
};
export const swelling: Attack = {
  row: "14",
  title: "30,000 logins with names of 250 × U+FDFA while the queue is full",
  before: "158 → 396 MB",
  run: swellThrottle,
};
