// Counted checks: which connections are closed, how many bytes presence and the log take, and what a class is
// refused.
import { paddedLine } from "../fanout.ts";
import { refusalsOf } from "../caller.ts";
import { lesson } from "../honest.ts";
import { addAccounts } from "../database.ts";
import { sizesIn } from "../stage.ts";
import { type Counted, type CountedCheck, type Scene, withScene } from "./counted.ts";

const LINE_BYTES = 60_000;
const READERS = 5;

async function fanningOut(): Promise<Counted> {
  return await withScene(async ({ guest }) => {
    const readers = await Promise.all(
      Array.from({ length: READERS }, (_, i) => guest(`127.0.2.${1 + i}`, `reader${i}`)),
    );
    const loud = await Promise.all(
      Array.from({ length: 21 }, (_, i) => guest("127.0.66.1", `loud${i}`)),
    );
    const line = paddedLine(LINE_BYTES);
    loud.slice(1).forEach((each) => each.send(line.slice(0, -1)));
    await Promise.all(readers.map((reader) => reader.settle()));
    loud.slice(1).forEach((each) => each.send("\n"));
    await Promise.all(loud.map((each) => each.settle()));
    loud[0]!.send(line.repeat(40));
    await Promise.all([...loud, ...readers].map((each) => each.settle()));
    const heard = readers.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      found: {
        readersCut: readers.filter(({ cut }) => cut).length,
        senderCut: loud.filter(({ cut }) => cut).length,
        heard,
      },
      most: { readersCut: 0, senderCut: 0 },
      // Each reader received the first twenty lines, or as many as the limit of bytes allowed.
      least: { heard: READERS * LINE_BYTES },
    };
  });
}

const VISITS_MS = 3_000;
/** Several times the joins of a class whose network has just come back. Further joins have to wait. */
const MOST_JOINS = 600;

async function joining(): Promise<Counted> {
  return await withScene(async (scene) => {
    const observer = await scene.guest("127.0.2.1", "observer");
    let joins = 0;
    observer.wait((line) => {
      joins += Number(/"user":"j\d+","state":"online"/.test(line));
      return false;
    }, 2 ** 31 - 1);
    let visits = 0;
    const until = performance.now() + VISITS_MS;
    await Promise.all(Array.from({ length: 20 }, async () => {
      while (performance.now() < until) {
        const visitor = await scene.call("127.0.66.1");
        visitor.send({ type: "message", from: `j${visits++}`, content: "" });
        await Promise.race([visitor.settle(), visitor.ended]);
        visitor.close();
      }
    }));
    await observer.settle();
    return { found: { visits, joins }, most: { joins: MOST_JOINS } };
  });
}

const GUESTS = 120;
const STATES = 38;
const VISITS_TO_LOG = 3_000;
/** Bytes of one kind of line that one address may cause in a few seconds. */
const MOST_LOGGED = 200_000;
const OFFENDERS = 25;

async function logging(): Promise<Counted> {
  return await withScene(async (scene) => {
    const { server, call, guest } = scene;
    const size = async () => (await Deno.stat(`${server.dataDir}/classcord.log`)).size;
    const guests = await Promise.all(
      Array.from({ length: GUESTS }, (_, i) => guest("127.0.66.1", `state${i}`)),
    );
    const before = await size();
    for (let n = 0; n < STATES; n++) {
      guests.forEach((each) => each.send({ type: "status", state: n % 2 ? "away" : "online" }));
    }
    await Promise.all(guests.map((each) => each.settle()));
    const states = await size() - before;
    let next = 0;
    await Promise.all(Array.from({ length: 10 }, async () => {
      while (next++ < VISITS_TO_LOG) {
        const visitor = await call("127.0.66.2");
        visitor.send("no JSON\n");
        await visitor.settle();
        visitor.close();
      }
    }));
    const visits = await size() - before - states;
    for (let i = 1; i <= OFFENDERS; i++) {
      const offender = await call(`127.0.78.${i}`);
      offender.send("no JSON\n".repeat(6));
      await offender.ended;
    }
    await guests[0]!.settle();
    const offences = (await server.log()).match(/avec 127\.0\.78\.\d+ : malformed_lines/g);
    return {
      found: { states, visits, offences: offences?.length ?? 0 },
      // A visit has two lines: its beginning and its end.
      most: { states: MOST_LOGGED, visits: 2 * MOST_LOGGED },
      // Lines that a jail counts must never be suppressed because of other lines.
      least: { offences: OFFENDERS },
    };
  });
}

/** The limit is in bytes: ten guests send 39 lines of 60 KB each within their burst. */
const MOST_STORED_BYTES = 18_000_000;

async function filling(): Promise<Counted> {
  return await withScene(async (scene) => {
    const { server, guest } = scene;
    const before = sizesIn(server.dataDir).other;
    const guests = await Promise.all(
      Array.from({ length: 10 }, (_, i) => guest("127.0.66.1", `writer${i}`)),
    );
    const observer = await scene.call("127.0.67.1");
    // A few at a time, so that no outbox overflows first.
    for (const each of guests) {
      for (let n = 0; n < 39; n += 3) {
        each.send(paddedLine(LINE_BYTES).repeat(3));
        await observer.settle();
      }
    }
    const stored = sizesIn(server.dataDir).other - before;
    return {
      found: { sent: 10 * 39 * LINE_BYTES, stored, ...refusalsOf(guests) },
      most: { stored: MOST_STORED_BYTES },
    };
  });
}

async function teaching(): Promise<Counted> {
  const names = Array.from({ length: 30 }, (_, i) => `pupil${i}`);
  return await withScene(async ({ call }: Scene) => {
    const { refusals, cut, requests } = await lesson({
      call: () => call("127.0.91.1"),
      account: (i) => names[i]!,
      rounds: 4,
      pauseMs: 500,
    });
    const refused = Object.values(refusals).reduce((sum, count) => sum + count, 0);
    return {
      found: { requests, cut, refused, ...refusals },
      most: { cut: 0, refused: 0 },
      least: { requests: 30 * 4 },
    };
  }, { prepare: (dataDir) => addAccounts(dataDir, names) });
}

/** The checks. */
export const flowChecks: readonly CountedCheck[] = [
  {
    row: "2",
    what: "no client that reads is disconnected, however many bytes one turn delivers",
    count: fanningOut,
  },
  {
    row: "15",
    what: "the joins of one address are limited to a rate",
    count: joining,
  },
  {
    row: "10",
    what: "one address fills the log only up to a limit, and hides no line that a jail counts",
    count: logging,
  },
  {
    row: "10",
    what: "the bytes that one address stores within its burst are limited",
    count: filling,
  },
  {
    row: "class",
    what: "a class of thirty behind one address is refused nothing",
    count: teaching,
  },
];
