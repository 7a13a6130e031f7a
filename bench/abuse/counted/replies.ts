// Counted checks: the bytes of long replies that wait for clients which do not read them, over all addresses.
import { MessageStore } from "../../../lib/store/messages.ts";
import { storedMessage, withStore } from "../database.ts";
import { type Counted, type CountedCheck, withScene } from "./counted.ts";

const ADDRESSES = 10;
const PER_ADDRESS = 12;
/** More than the kernel keeps for a connection that does not read. */
const PAGES = 60;
/** The bound, and the replies that each address may have asked for when it was reached. */
const MOST_WAITING = 20 * 1024 * 1024;
const WITHIN_MS = 4_000;
const LOOK_MS = 20;

async function askingWithoutReading(): Promise<Counted> {
  return await withScene(async ({ server, guest }) => {
    const { sessions } = server.running.services;
    let waiting = 0;
    const looking = setInterval(() => {
      let bytes = 0;
      for (const { queuedBytes } of sessions) bytes += queuedBytes;
      waiting = Math.max(waiting, bytes);
    }, LOOK_MS);
    try {
      const pages = `${JSON.stringify({ type: "history", limit: 200 })}\n`.repeat(PAGES);
      for (let i = 0; i < ADDRESSES * PER_ADDRESS; i++) {
        const greedy = await guest(`127.0.66.${1 + i % ADDRESSES}`, `greedy${i}`);
        greedy.stopReading();
        greedy.send(pages);
      }
      const pupil = await guest("127.0.2.1", "pupil");
      const before = performance.now();
      let served = 0;
      while (performance.now() - before < WITHIN_MS) {
        served += Number(await pupil.ask({ type: "history", limit: 10 }, WITHIN_MS) !== undefined);
        await new Promise((resolve) => setTimeout(resolve, 10 * LOOK_MS));
      }
      return {
        found: { waiting, served },
        most: { waiting: MOST_WAITING },
        least: { served: 5 },
      };
    } finally {
      clearInterval(looking);
    }
  }, {
    // Without a rate, the pages fill the buffers of the kernel at once.
    overrides: { limits: { messages_per_second: 0 } },
    prepare(dataDir) {
      const accents = storedMessage({ content: "é".repeat(4096) });
      withStore(
        dataDir,
        (database) => void new MessageStore(database).append(Array(200).fill(accents)),
      );
    },
  });
}

/** The checks. */
export const replyChecks: readonly CountedCheck[] = [
  {
    row: "6",
    what:
      "the replies that wait for ten addresses which do not read are bounded, and others are served",
    count: askingWithoutReading,
  },
];
