// Counted checks: whose passwords are hashed first, and who is affected by failed attempts.
import { addAccounts, PASSWORD, TEACHER } from "../database.ts";
import type { Reply } from "../caller.ts";
import { type Counted, type CountedCheck, metricOf, type Scene, withScene } from "./counted.ts";

const ATTACKERS = 60;
/** Two or four hashes run at a time; the rest take turns by address. */
const MOST_BEFORE = 20;

async function queueing(): Promise<Counted> {
  return await withScene(async (scene) => {
    const { call } = scene;
    const crowd = await Promise.all(
      Array.from({ length: ATTACKERS }, () => call("127.0.66.1")),
    );
    const honest = await call("127.0.67.1");
    const registered = () => metricOf(scene, "classcord_registrations_total");
    crowd.forEach((each, i) => each.send(registration(i)));
    await Promise.all([honest.settle(), crowd[0]!.settle(0)]);
    await honest.askOld({ type: "login", username: "ada", password: PASSWORD });
    const before = await registered();

    const gone = await Promise.all(Array.from({ length: ATTACKERS }, () => call("127.0.66.2")));
    gone.forEach((each, i) => each.send(registration(ATTACKERS + i)));
    await honest.settle();
    const begun = await registered();
    [...crowd, ...gone].forEach((each) => each.close());
    // Two more logins, one after the other. By then the rest of the queue is done.
    for (const username of ["bob", "eve"]) {
      const next = await call("127.0.68.1");
      await next.askOld({ type: "login", username, password: PASSWORD });
    }
    while (await metricOf(scene, "classcord_passwords_waiting") > 0) await honest.settle();
    const forNobody = await registered() - begun;
    return {
      found: { before, forNobody },
      most: { before: MOST_BEFORE, forNobody: MOST_BEFORE },
    };
  }, { prepare: (dataDir) => addAccounts(dataDir, ["ada", "bob", "eve"]) });
}

function registration(i: number): Reply {
  return { type: "register", username: `new${i}`, password: PASSWORD };
}

const LONGEST_WAIT_S = 60;

async function lockingOut(): Promise<Counted> {
  return await withScene(async ({ call }) => {
    const [pupil, teacher] = await Promise.all([call("127.0.80.1"), call("127.0.80.1")]);
    const right = { type: "login", username: TEACHER, password: PASSWORD };
    await teacher!.askOld(right);
    await teacher!.ask({ type: "logout" });
    const guess = async (times: number) => {
      for (let i = 0; i < times; i++) await pupil!.askOld({ ...right, password: "wrong" });
    };
    await guess(11);
    const wait = Number((await teacher!.askOld(right))?.["retry_after"] ?? 0);
    await guess(5);
    const waitLater = Number((await teacher!.askOld(right))?.["retry_after"] ?? 0);
    return {
      found: { wait, waitLater },
      most: { wait: LONGEST_WAIT_S, waitLater: LONGEST_WAIT_S },
    };
  }, { prepare: (dataDir) => addAccounts(dataDir, [TEACHER]) });
}

const GUESSES = 200;
const MOST_HASHED = 130;
const GIVE_UP_MS = 20_000;

async function spraying(): Promise<Counted> {
  return await withScene(async ({ call }) => {
    const end = performance.now() + GIVE_UP_MS;
    let next = 0;
    let hashed = 0;
    await Promise.all(Array.from({ length: 4 }, async () => {
      let caller = await call("127.0.66.1");
      while (next < GUESSES && performance.now() < end) {
        if (caller.closed) caller = await call("127.0.66.1");
        const guess = { type: "login", username: `pupil${next++}`, password: "1234" };
        const answer = await caller.askOld(guess, end - performance.now());
        if (answer?.["code"] === "login_failed") hashed++;
      }
    }));
    return { found: { guesses: next, hashed }, most: { hashed: MOST_HASHED } };
  });
}

const PUPILS = 1_200;
const ADDRESSES = 10;

async function storming(): Promise<Counted> {
  const names = Array.from({ length: PUPILS }, (_, i) => `pupil${i}`);
  return await withScene(async ({ call }: Scene) => {
    const pupils = await Promise.all(
      names.map((_, i) => call(`127.0.90.${1 + i % ADDRESSES}`)),
    );
    let answered = 0;
    const some = Promise.withResolvers<void>();
    pupils.forEach((pupil, i) => {
      pupil.wait(() => {
        if (++answered === 40) some.resolve();
        return true;
      });
      pupil.send({ type: "login", username: names[i]!, password: PASSWORD });
    });
    await some.promise;
    const refused = pupils.filter(({ refusals }) => refusals.size > 0).length;
    return { found: { logins: PUPILS, refused }, most: { refused: 0 } };
  }, { prepare: (dataDir) => addAccounts(dataDir, names) });
}

const SECRET = "for the account only";

async function naming(): Promise<Counted> {
  return await withScene(async ({ call, guest }) => {
    const registering = await call("127.0.66.1");
    const registered = registering.askOld({
      type: "register",
      username: "Marie",
      password: PASSWORD,
    });
    // When the request after it has been answered, the registration has been read.
    const early = await guest("127.0.66.2", "Marie");
    const made = (await registered)?.["status"] === "ok";
    let heard = 0;
    early.wait((line) => {
      heard += Number(line.includes(SECRET));
      return false;
    });
    const sender = await guest("127.0.66.3", "sender");
    await sender.ask({ type: "private", to: "Marie", content: SECRET });
    await early.settle(5_000);
    // Either the registration failed, or the message belongs to the account.
    return { found: { made: Number(made), heard: made ? heard : 0 }, most: { heard: 0 } };
  });
}

/** The checks. */
export const passwordChecks: readonly CountedCheck[] = [
  {
    row: "7",
    what: "passwords take turns by address, and none is hashed after its client has left",
    count: queueing,
  },
  {
    row: "11",
    what: "a guest does not receive messages to an account that was registered meanwhile",
    count: naming,
  },
  {
    row: "12",
    what: "the owner of an account waits at most a minute while others guess its password",
    count: lockingOut,
  },
  {
    row: "13",
    what: "guesses across accounts are slowed",
    count: spraying,
  },
  {
    row: "19",
    what: "1,200 honest logins at once from 10 addresses: none is refused",
    count: storming,
  },
];
