// Counted checks: rows that one request reads, bytes that one step writes, and lines of the log.
import { AccountStore } from "../../../lib/store/accounts.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { withDirectory } from "../../../tests/support/directory.ts";
import { sleep } from "../attack.ts";
import { addAccounts, BOX, PASSWORD, storedMessage, withStore } from "../database.ts";
import { manyWords } from "../writing.ts";
import { type Counted, type CountedCheck, inDirectory, type Scene, withScene } from "./counted.ts";
import { meter } from "./meters.ts";

const LETTERS = 5_000;
const MOST_ROWS_PER_TURN = 1_000;

async function conversing(): Promise<Counted> {
  return await withScene(async ({ call }) => {
    const member = await call("127.0.66.1");
    await member.askOld({ type: "login", username: BOX, password: PASSWORD });
    const found: Record<string, number> = {};
    const requests = {
      "rows for nobody": { type: "history", with: "nobody" },
      "rows for nobody, from the beginning": { type: "history", with: "nobody", after: 0 },
      "rows by slash": { type: "message", content: "/history nobody" },
    };
    for (const [what, request] of Object.entries(requests)) {
      const { rowsPerTurn } = await meter(async () => void await member.ask(request));
      found[what] = rowsPerTurn;
    }
    const most = Object.fromEntries(Object.keys(found).map((what) => [what, MOST_ROWS_PER_TURN]));
    return { found, most };
  }, {
    async prepare(dataDir) {
      await addAccounts(dataDir, [BOX]);
      withStore(dataDir, (database) => {
        const { id } = new AccountStore(database).findByKey(BOX)!;
        const letters = Array.from(
          { length: LETTERS },
          (_, i) => letterTo(BOX, id, { sender: `guest${i % 100}` }),
        );
        new MessageStore(database).append(letters);
      });
    },
  });
}

const HEAVY_LETTERS = 100;
const MOST_ROWS_PER_LETTER = 5;

async function mailing(): Promise<Counted> {
  return await withScene(async ({ call }) => {
    const member = await call("127.0.66.1");
    let letters = 0;
    const { rows } = await meter(async () => {
      const last = member.wait((line) => {
        letters += Number(line.includes('"pad"'));
        return letters === HEAVY_LETTERS;
      });
      await member.ask({ type: "login", username: BOX, password: PASSWORD });
      await last;
    });
    return {
      found: { letters, rows },
      most: { rows: MOST_ROWS_PER_LETTER * HEAVY_LETTERS },
      least: { letters: HEAVY_LETTERS },
    };
  }, {
    async prepare(dataDir) {
      await addAccounts(dataDir, [BOX]);
      withStore(dataDir, (database) => {
        const { id } = new AccountStore(database).findByKey(BOX)!;
        const extra = JSON.stringify({ pad: "p".repeat(60_000) });
        const letter = { ...letterTo(BOX, id, { extra }), undelivered: true };
        new MessageStore(database).append(Array(HEAVY_LETTERS).fill(letter));
      });
    },
  });
}

function letterTo(recipient: string, recipientAccount: number, members: object) {
  return storedMessage({
    subtype: "private",
    channel: null,
    recipient,
    recipientAccount,
    ...members,
  });
}

const LONG_MESSAGES = 500;
/** About what a disk can write with its index in 10 ms. */
const MOST_BYTES_PER_TURN = 2 * 1024 * 1024;

async function indexing(): Promise<Counted> {
  let most = 0;
  await withDirectory(async (dataDir) => {
    const messages = Array.from(
      { length: LONG_MESSAGES },
      (_, i) => storedMessage({ content: manyWords(1, i) }),
    );
    withStore(dataDir, (database) => void new MessageStore(database).append(messages));
    // The server starts to index immediately.
    const { writtenPerTurn } = await meter(() => inDirectory(dataDir, findLast));
    most = writtenPerTurn;
  });
  return { found: { bytesPerTurn: most }, most: { bytesPerTurn: MOST_BYTES_PER_TURN } };
}

async function findLast({ guest }: Scene): Promise<void> {
  const finder = await guest("127.0.66.1", "finder");
  for (let found = false; !found;) {
    const last = `w1x${LONG_MESSAGES - 1}y1`;
    const reply = await finder.ask({ type: "search", query: last });
    found = (reply?.["messages"] as unknown[] | undefined)?.length === 1;
    if (!found) await sleep(100);
  }
}

const PAGES = 40;
/** Half the size of forty pages of accents. */
const MOST_REPLY_BYTES = 12_000_000;
const MOST_CALLBACKS_PER_TURN = 20_000;

async function reading(): Promise<Counted> {
  return await withScene(async ({ guest }) => {
    const reader = await guest("127.0.66.1", "reader");
    const before = reader.bytes;
    const { replacedPerTurn } = await meter(async () => {
      for (let i = 0; i < PAGES; i++) await reader.ask({ type: "history", limit: 200 });
    });
    return {
      found: { replyBytes: reader.bytes - before, replacedPerTurn },
      most: { replyBytes: MOST_REPLY_BYTES, replacedPerTurn: MOST_CALLBACKS_PER_TURN },
    };
  }, {
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
export const storedChecks: readonly CountedCheck[] = [
  {
    row: "4",
    what: "no turn reads more than a thousand rows for an empty conversation",
    metered: true,
    count: conversing,
  },
  {
    row: "5",
    what: "no turn writes more than 2 MiB to index long messages",
    metered: true,
    count: indexing,
  },
  {
    row: "6",
    what: "long replies are paid for, and no turn escapes character by character",
    metered: true,
    count: reading,
  },
  {
    row: "8",
    what: "kept messages are read once, however long they are",
    metered: true,
    count: mailing,
  },
];
