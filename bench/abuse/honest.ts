// Row 19 and the class of thirty: honest use, which must never meet a limit.
import { type Attack, type Outcome, sleep, type Stage } from "./attack.ts";
import { Caller, refusalsOf } from "./caller.ts";
import { argon2id, PASSWORD } from "./database.ts";

const ADDRESSES = 10;
/** How much longer than the hashes alone a storm of logins may take, as a factor. */
const MOST_OVER_HASHES = 1.2;

async function storm(stage: Stage): Promise<Outcome> {
  const count = stage.quick ? 150 : 1_500;
  const span = stage.quick ? 2 : 20;
  const hashMs = await hashTime();
  const refused: Record<string, number> = {};
  let worst = 0;
  const begun = performance.now();
  const callers = await Promise.all(Array.from({ length: count }, async (_, i) => {
    await sleep(i * span * 1000 / count);
    const asked = performance.now();
    const caller = await stage.callFrom(`127.0.90.${1 + i % ADDRESSES}`);
    const login = { type: "login", username: `user${i}`, password: PASSWORD };
    const answer = await caller.askOld(login, 300_000);
    worst = Math.max(worst, performance.now() - asked);
    if (answer?.["type"] !== "login") {
      const code = String(answer?.["code"] ?? "closed");
      refused[code] = (refused[code] ?? 0) + 1;
    }
    return caller;
  }));
  const elapsed = (performance.now() - begun) / 1000;
  const hashes = count * hashMs / 1000;
  callers.forEach((caller) => caller.close());
  const figures = {
    logins: count,
    "done after s": round(elapsed),
    "hashes alone s": round(hashes),
    "longest login s": round(worst / 1000),
    ...refused,
  };
  const most = Math.max(span, hashes) * MOST_OVER_HASHES;
  const missed = [
    ...(Object.keys(refused).length > 0 ? ["none is refused"] : []),
    ...(elapsed > most ? [`all done after ${round(most)} s`] : []),
  ];
  return { figures, missed };
}

/** Returns the milliseconds per hash when all cores of this machine work. */
async function hashTime(): Promise<number> {
  const count = 24;
  let next = 0;
  await argon2id(PASSWORD);
  const begun = performance.now();
  await Promise.all(Array.from({ length: Math.min(4, navigator.hardwareConcurrency) }, async () => {
    while (next++ < count) await argon2id(PASSWORD);
  }));
  return (performance.now() - begun) / count;
}

/** Does what the pupils of a class do, thirty behind one address, and counts what each is refused. */
export async function lesson(options: {
  readonly call: () => Promise<Caller>;
  /** Returns the name of pupil `i`'s account. Its password is {@linkcode PASSWORD}. */
  readonly account: (i: number) => string;
  readonly rounds: number;
  readonly pauseMs: number;
}): Promise<{ refusals: Record<string, number>; cut: number; requests: number }> {
  const { call, account, rounds, pauseMs } = options;
  const pupils: Caller[] = [];
  let requests = 0;
  const ask = (caller: Caller, request: Record<string, unknown>) => {
    requests++;
    return caller.askOld(request);
  };
  async function arrive(i: number): Promise<Caller> {
    const caller = await call();
    const name = i % 3 === 0 ? `Invité_Élève_${i}_1700000000000` : account(i);
    const credentials = { username: name.slice(0, 32), password: PASSWORD };
    // One client registers an account for each guest; others join with their first message.
    if (i % 3 === 0) await ask(caller, { type: "register", ...credentials });
    await ask(caller, { type: "login", ...credentials });
    pupils.push(caller);
    return caller;
  }
  async function sit(i: number): Promise<void> {
    let caller = await arrive(i);
    for (let round = 0; round < rounds; round++) {
      await ask(caller, { type: "users" });
      requests += 3;
      caller.send({ type: "message", content: `message ${round} of pupil ${i}` });
      if (round % 4 === i % 4) caller.send({ type: "message", content: "é".repeat(4096) });
      if (round % 4 === 1) caller.send({ type: "message", content: "/history 20" });
      if (round % 4 === 2) {
        caller.send({ type: "status", state: round % 8 === 2 ? "away" : "online" });
      }
      if (round % 4 === 3) await caller.ask({ type: "history", limit: 50 });
      if (round === Math.floor(rounds / 2)) {
        // The network of the class fails for a moment, and everyone reconnects at once.
        caller.close();
        caller = await call();
        pupils.push(caller);
        const username = i % 3 === 0 ? `Invité_Élève_${i}_1700000000000`.slice(0, 32) : account(i);
        await ask(caller, { type: "login", username, password: PASSWORD });
      }
      await sleep(pauseMs);
    }
  }
  await Promise.all(Array.from({ length: 30 }, (_, i) => sit(i)));
  const result = {
    refusals: refusalsOf(pupils),
    cut: pupils.filter(({ cut }) => cut).length,
    requests,
  };
  pupils.forEach((pupil) => pupil.close());
  return result;
}

async function classOfThirty(stage: Stage): Promise<Outcome> {
  const { refusals, cut, requests } = await lesson({
    call: () => stage.callFrom("127.0.91.1"),
    account: (i) => `user${300 + i}`,
    rounds: stage.quick ? 4 : 20,
    pauseMs: stage.quick ? 1_000 : 3_000,
  });
  const missed = [
    ...(Object.keys(refusals).length > 0 ? ["a class is refused nothing"] : []),
    ...(cut > 0 ? ["nobody of a class is cut"] : []),
  ];
  return { figures: { requests, cut, ...refusals }, missed };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The rows. */
export const storming: Attack = {
  row: "19",
  title: "(honest) 1,500 pupils log in within 20 s from 10 addresses",
  before: "112 get `busy`, the last waits 75 s, done after 95 s; the hashes alone take 48 s",
  logins: false,
  worstMs: 100,
  crowd: true,
  run: storm,
};
export const teaching: Attack = {
  row: "class",
  title: "(honest) thirty behind one address log in together, talk, read and paste",
  before: "no limit met",
  run: classOfThirty,
};
