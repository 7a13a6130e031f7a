// Counted checks: the longest text that is normalized, and the cost of a search.
import { MessageStore } from "../../../lib/store/messages.ts";
import { storedMessage, withStore } from "../database.ts";
import { commandsWith, marks, requestsWith } from "../names.ts";
import { growingName } from "../passwords.ts";
import { QUERIES } from "../reading.ts";
import { type Counted, type CountedCheck, type Scene, withScene } from "./counted.ts";
import { meter } from "./meters.ts";

/** Twice the longest password, with some room. */
const LONGEST_NORMALIZED = 1_024;
/** A name of 64 characters, each of which becomes eighteen. */
const LONGEST_GROWN = 1_500;
const PER_CONNECTION = 10;

/** Sends lines over enough connections to stay below the rate limit. */
async function sendAll(
  { call }: Scene,
  lines: readonly string[],
  { join }: { join: boolean },
): Promise<void> {
  for (let at = 0; at < lines.length; at += PER_CONNECTION) {
    const caller = await call(`127.0.70.${1 + at / PER_CONNECTION}`);
    if (join) caller.send({ type: "message", from: `guest${at}`, content: "" });
    for (const line of lines.slice(at, at + PER_CONNECTION)) caller.send(line);
    await caller.settle();
    caller.close();
  }
}

async function normalizing(): Promise<Counted> {
  return await withScene(async (scene) => {
    // Shorter than an attacker's text, because the work grows with the square of the length.
    const text = marks(2_000);
    const lines = requestsWith(text).map(({ line }) => line);
    const commands = commandsWith(marks(1_900)).map(({ line }) => line);
    const { normalized } = await meter(async () => {
      await sendAll(scene, lines, { join: false });
      await sendAll(scene, [...lines, ...commands], { join: true });
    });
    return {
      found: { requests: 2 * lines.length + commands.length, normalized },
      most: { normalized: LONGEST_NORMALIZED },
    };
  });
}

async function growing(): Promise<Counted> {
  return await withScene(async (scene) => {
    const lines = requestsWith(growingName(1)).map(({ line }) => line);
    const { grown } = await meter(() => sendAll(scene, lines, { join: true }));
    return { found: { requests: lines.length, grown }, most: { grown: LONGEST_GROWN } };
  });
}

const MESSAGES = 20_000;
const MOST_TIMES = 10;
/** In nanoseconds, the cost of a request without the search. Smaller measurements are raised to it. */
const LEAST_CPU = 500_000;

/**
 * Returns the costs of queries as multiples of the cost of one word, in CPU time of the thread that serves the
 * chat.
 */
async function searching(): Promise<Counted> {
  return await withScene(async ({ guest }) => {
    const finder = await guest("127.0.66.1", "finder");
    const cost = async (request: Record<string, unknown>) => {
      const times: number[] = [];
      for (let i = 0; i < 3; i++) {
        times.push((await meter(async () => void await finder.ask(request))).cpu);
      }
      return Math.max(LEAST_CPU, Math.min(...times));
    };
    // After this many answers the index is complete.
    for (let i = 0; i < 8; i++) await finder.ask({ type: "search", query: "lesson" });
    const one = await cost({ type: "search", query: "a " });
    const found: Record<string, number> = {};
    for (const query of ["100 parts", "16 phrases"]) {
      const times = await cost({ type: "search", query: QUERIES[query]! }) / one;
      found[query] = Math.round(times * 10) / 10;
    }
    const slash = { type: "message", content: `/search ${QUERIES["100 parts"]}` };
    found["by slash"] = Math.round(await cost(slash) / one * 10) / 10;
    const most = Object.fromEntries(Object.keys(found).map((query) => [query, MOST_TIMES]));
    return { found, most };
  }, {
    overrides: { limits: { messages_per_second: 0 } },
    prepare(dataDir) {
      const messages = Array.from(
        { length: MESSAGES },
        (_, i) => storedMessage({ content: `a message of a lesson, number ${i}` }),
      );
      withStore(dataDir, (database) => void new MessageStore(database).append(messages));
    },
  });
}

/** The checks. */
export const textChecks: readonly CountedCheck[] = [
  {
    row: "1",
    what: "no text of a client is normalized before its length is checked",
    metered: true,
    count: normalizing,
  },
  {
    row: "14",
    what: "no name grows by its compatibility form before its length is checked",
    metered: true,
    count: growing,
  },
  {
    row: "3",
    what: "no query delays others ten times as long as a search for one word",
    metered: true,
    count: searching,
  },
];
