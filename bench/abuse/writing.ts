// Rows 5, 8 and 10: messages that cause work later: indexing, mailboxes, log and database.
import { AccountStore } from "../../lib/store/accounts.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { atRate, type Attack, type Outcome, repeatedly, sleep, type Stage } from "./attack.ts";
import { type Caller, refusalsOf } from "./caller.ts";
import { PASSWORD, storedMessage, withStore } from "./database.ts";
import { paddedLine } from "./fanout.ts";
import { sizesIn } from "./stage.ts";

const BURST = 40;

async function index(stage: Stage): Promise<Outcome> {
  const guests = await Promise.all(
    Array.from({ length: 95 }, (_, i) => stage.guest(i, `writer${i}`)),
  );
  // One after the other, so that no outbox overflows before indexing starts.
  for (const [i, guest] of guests.entries()) {
    for (let n = 0; n < BURST; n++) guest.send({ type: "message", content: manyWords(i, n) });
    await guest.settle();
  }
  const finder = await stage.guest(0, "finder");
  await stage.slowest.time("search", () => finder.ask({ type: "search", query: "w1x1" }));
  await stage.slowest.time("search later", () => finder.ask({ type: "search", query: "w1x1" }));
  // The index is updated later.
  await sleep(stage.seconds * 1000);
  const figures = refusalsOf(guests);
  [...guests, finder].forEach((caller) => caller.close());
  return { figures };
}

/** Returns 8 KB of words that no other message contains. */
export function manyWords(writer: number, number: number): string {
  let text = "";
  for (let i = 0; text.length < 8_000; i++) text += `w${writer}x${number}y${i} `;
  return text;
}

const LETTERS = 1_900;
const LETTER_BYTES = 63_000;
const FOREVER_MS = 2 ** 31 - 1;
const FULL = "user1";
const EMPTY = "user2";

async function mail(stage: Stage): Promise<Outcome> {
  const figures: Record<string, number> = {};
  // First the messages stored before there was a limit, then those that can be sent now.
  figures["kept before MB"] = await readMail(stage, FULL);
  const count = stage.quick ? 10 : Math.ceil(LETTERS / BURST);
  const guests = await Promise.all(
    Array.from({ length: count }, (_, i) => stage.guest(i, `writer${i}`)),
  );
  const letter = { type: "private", to: EMPTY, content: "x", pad: "p".repeat(LETTER_BYTES) };
  guests.forEach((guest) => guest.send(`${JSON.stringify(letter)}\n`.repeat(BURST)));
  await Promise.all(guests.map((guest) => guest.settle()));
  figures["sent MB"] = await readMail(stage, EMPTY);
  Object.assign(figures, refusalsOf(guests));
  guests.forEach((guest) => guest.close());
  return { figures };
}

/** Logs in and reads until no more kept messages arrive. @returns Megabytes. */
async function readMail(stage: Stage, username: string): Promise<number> {
  const member = await stage.callFrom("127.0.71.1");
  let bytes = 0;
  member.wait((line) => {
    if (line.includes('"pad"')) bytes += line.length;
    return false;
  }, FOREVER_MS);
  await stage.slowest.time(`login of ${username}`, async () => {
    await member.askOld({ type: "login", username, password: PASSWORD });
    for (let before = -1; before !== bytes && !member.closed;) {
      before = bytes;
      await sleep(500);
      await member.settle();
    }
  });
  member.close();
  return Math.round(bytes / 1e6);
}

function fillMailbox(dataDir: string, quick: boolean): void {
  withStore(dataDir, (database) => {
    const { id } = new AccountStore(database).findByKey(FULL)!;
    const letter = storedMessage({
      subtype: "private",
      channel: null,
      recipient: FULL,
      recipientAccount: id,
      extra: JSON.stringify({ pad: "p".repeat(LETTER_BYTES) }),
    });
    const store = new MessageStore(database);
    const count = quick ? LETTERS / 4 : LETTERS;
    for (let at = 0; at < count; at += 100) {
      store.append(Array(100).fill({ ...letter, undelivered: true }));
    }
  });
}

async function fillDisk(stage: Stage): Promise<Outcome> {
  const figures: Record<string, number> = {};
  const seconds = Math.max(4, stage.seconds * 2 / 3);
  // The first half uses up the burst, so only the second half counts.
  const perDay = async (what: string, work: () => Promise<Caller[]>) => {
    const halfway = sleep(seconds * 500).then(() => {
      return { at: performance.now(), ...sizesIn(stage.dataDir) };
    });
    const callers = await work();
    const before = await halfway;
    const elapsed = (performance.now() - before.at) / 1000;
    const after = sizesIn(stage.dataDir);
    const gigabytes = (bytes: number) => Math.round(bytes / elapsed * 86_400 / 1e8) / 10;
    figures[`${what}: log GB a day`] = gigabytes(after.log - before.log);
    figures[`${what}: database GB a day`] = gigabytes(after.other - before.other);
    callers.forEach((caller) => caller.close());
    await sleep(500);
  };
  await perDay("states", async () => {
    const guests = await Promise.all(
      Array.from({ length: 100 }, (_, i) => stage.guest(i, `state${i}`)),
    );
    await atRate(10, seconds, (n) => {
      guests.forEach((guest) => guest.send({ type: "status", state: n % 2 ? "away" : "online" }));
    });
    await Promise.all(guests.map((guest) => guest.settle()));
    return guests;
  });
  const visitors = {
    "invalid lines": "no JSON\n".repeat(6),
    visits: '{"type":"message","from":"visitor","content":""}\n',
    "commands": '{"type":"message","content":"/nothing"}\n'.repeat(10),
    "failed logins": '{"type":"login","username":"user9","password":"wrong"}\n'.repeat(8),
    "unread lines": "x".repeat(70_000),
  };
  for (const [what, lines] of Object.entries(visitors)) {
    await perDay(what, async () => {
      await repeatedly(seconds, 4, async (copy) => {
        const caller = await stage.call(copy);
        caller.send(lines);
        await Promise.race([caller.settle(2_000), caller.ended]);
        caller.close();
      });
      return [];
    });
  }
  for (const count of [1, 20]) {
    await perDay(`64 KB messages of ${count}`, async () => {
      const guests = await Promise.all(
        Array.from({ length: count }, (_, i) => stage.guest(i, `writer${i}`)),
      );
      const line = paddedLine(64_000);
      await atRate(10, seconds, () => {
        for (const guest of guests) if (guest.waiting < line.length) guest.send(line);
      });
      return guests;
    });
  }
  for (const what of ["log", "database"]) {
    const end = `${what} GB a day`;
    const all = Object.keys(figures).filter((name) => name.endsWith(`: ${end}`));
    figures[`most ${end}`] = Math.max(...all.map((name) => figures[name]!));
  }
  const missed = Object.entries(figures)
    .filter(([what, gigabytes]) => what.endsWith(": log GB a day") && gigabytes > MOST_LOG_GB)
    .map(([what]) => `${what} at most ${MOST_LOG_GB}`);
  return { figures, missed };
}

/** What logrotate's `maxsize` and hourly timer can handle without a disk of its own. */
const MOST_LOG_GB = 2;

/** The rows. */
export const indexing: Attack = {
  row: "5",
  title: "3,800 messages of 8 KB within the burst, then one `search`",
  before: "stall 8.8 s; a step of indexing takes 1–2 s",
  run: index,
};
export const mailing: Attack = {
  row: "8",
  title: "1,900 private messages of 63 KB to one account that is offline, then its login",
  before: "16 s of CPU, stall 12.4 s",
  prepare: fillMailbox,
  run: mail,
};
export const filling: Attack = {
  row: "10",
  title: "changes of state, visits with invalid lines, 64 KB messages at the allowed rate",
  before: "47 GB and 33 GB of log, 105 GB of database a day",
  run: fillDisk,
};
