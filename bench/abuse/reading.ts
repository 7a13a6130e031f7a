// Rows 3, 4 and 6: requests that are cheap to send but expensive to answer: searches, conversations, long replies.
import { ChannelStore } from "../../lib/store/channels.ts";
import { atRate, type Attack, type Outcome, repeatedly, sleep, type Stage } from "./attack.ts";
import { type Caller, refusalsOf, type Reply } from "./caller.ts";
import { ACCENTS, BOX, PASSWORD, withStore } from "./database.ts";

/** Queries that are expensive in a full-text index, by their peculiarity. */
export const QUERIES: Readonly<Record<string, string>> = {
  "100 parts": "a.".repeat(99) + "a",
  "8 parts": "a.".repeat(7) + "a",
  "16 words": "a ".repeat(15) + "a",
  "16 phrases": "a.lesson ".repeat(15) + "a.lesson",
  "other words": "lesson.message.number.of.".repeat(7) + "lesson",
  beginning: "me",
  "beginning of a phrase": "a.".repeat(90) + "le",
  nothing: "a ".repeat(90) + "zzzznone",
};

async function search(stage: Stage): Promise<Outcome> {
  const used: Caller[] = [];
  for (const [what, query] of Object.entries(QUERIES)) {
    const guest = await stage.guest(0, `finder${used.length}`);
    used.push(guest);
    const requests = [
      { type: "search", query },
      { type: "message", content: `/search ${query}` },
      { type: "search", query, channel: "#général", before: 1_000_000 },
    ];
    for (const [i, request] of requests.entries()) {
      const name = `${what}${["", " by slash", " in a channel"][i]}`;
      await stage.slowest.time(name, () => guest.ask(request));
    }
    if (!stage.quick) await atRate(10, stage.seconds / 4, () => guest.send({ ...requests[0] }));
    await guest.settle();
  }
  const guest = await stage.guest(0, "findermany");
  used.push(guest);
  const line = `${JSON.stringify({ type: "search", query: QUERIES["100 parts"] })}\n`;
  await stage.slowest.time("ten in one packet", async () => {
    guest.send(line.repeat(10));
    await guest.settle();
  });
  used.forEach((caller) => caller.close());
  return { figures: refusalsOf(used) };
}

async function conversation(stage: Stage): Promise<Outcome> {
  const member = await stage.call(0);
  await member.askOld({ type: "login", username: BOX, password: PASSWORD });
  const requests: Record<string, Reply> = {
    "nobody's name": { type: "history", with: "nobody at all" },
    "from the beginning": { type: "history", with: "nobody at all", after: 0 },
    "before an id": { type: "history", with: "nobody at all", before: 400_000, limit: 200 },
    "a guest's name": { type: "history", with: "guest1", limit: 200 },
    "by slash": { type: "message", content: "/history nobody" },
    "search of one's mail": { type: "search", query: "a.a.a.a.a.a.a.a" },
  };
  for (const [what, request] of Object.entries(requests)) {
    await stage.slowest.time(what, () => member.ask(request));
  }
  const line = `${JSON.stringify(requests["nobody's name"])}\n`;
  await stage.slowest.time("ten in one packet", async () => {
    member.send(line.repeat(10));
    await member.settle();
  });
  const figures = refusalsOf([member]);
  member.close();
  return { figures };
}

/** Requests that guests send again and again. */
const LONG_REPLIES: Readonly<Record<string, Reply>> = {
  history: { type: "history", channel: ACCENTS, limit: 200 },
  "history by slash": { type: "message", content: `/history ${ACCENTS} 100` },
  users: { type: "users" },
  channels: { type: "channels" },
  join: { type: "join", channel: ACCENTS },
};

async function longReplies(stage: Stage): Promise<Outcome> {
  const figures: Record<string, number> = {};
  const count = (stage.quick ? 20 : 180) * stage.addresses;
  const used: Caller[] = [];
  const guests: Caller[] = [];
  for (const [what, request] of Object.entries(LONG_REPLIES)) {
    const before = used.reduce((sum, { bytes }) => sum + bytes, 0);
    const seconds = what === "history" ? stage.seconds : stage.seconds / 4;
    await repeatedly(seconds, count, async (copy) => {
      if (guests[copy]?.closed !== false) {
        guests[copy] = await stage.guest(copy, `reader of much ${copy}`);
        used.push(guests[copy]);
      }
      // The allowed rate is ten a second, and a client that reads its replies sends no faster than it reads.
      await Promise.all([guests[copy]!.ask(request), sleep(100)]);
    });
    const bytes = used.reduce((sum, guest) => sum + guest.bytes, -before);
    figures[`${what} MB`] = Math.round(bytes / 1e6);
  }
  const cut = used.filter((guest) => guest.cut).length;
  await askWithoutReading(guests, stage);
  used.forEach((guest) => guest.close());
  return { figures: { ...figures, cut, ...refusalsOf(used) } };
}

/** Sends requests for pages and reads none of them, until the server has given up on the connections. */
async function askWithoutReading(guests: readonly Caller[], stage: Stage): Promise<void> {
  for (const guest of guests) {
    guest.stopReading();
    guest.send(`${JSON.stringify(LONG_REPLIES["history"])}\n`.repeat(20));
  }
  await sleep(stage.seconds * 1000);
}

/** Creates the maximum number of channels, with topics that are long in JSON. */
function addChannels(dataDir: string): void {
  withStore(dataDir, (database) => {
    const store = new ChannelStore(database);
    for (let i = store.list().length; i < 200; i++) {
      const name = `#salle${i}`;
      store.create({ name, key: name, topic: "é".repeat(200), createdBy: null, now: Date.now() });
    }
  });
}

/** The rows. */
export const searching: Attack = {
  row: "3",
  title: "`search` for `a.a.a…` and its like, 500,000 readable messages",
  before: "stall 5.6 s; 8 parts 0.6 s",
  run: search,
};
export const conversing: Attack = {
  row: "4",
  title: "`history` with a name that does not exist, 500,000 messages from guests",
  before: "stall 4 s; ten in one packet 43 s",
  run: conversation,
};
export const longReading: Attack = {
  row: "6",
  title: "200 guests ask for `history`, `users`, `channels` and `join` at the allowed rate",
  before: "stall 14.9 s; 20 guests: 1.2 s",
  prepare: addChannels,
  run: longReplies,
};
