// Row 1: texts of combining marks, in every member of every request and in the arguments of slash commands.
import type { Attack, Stage } from "./attack.ts";

/** Returns a letter with many marks in an order that is slow to normalize, as JSON text without its quotes. */
export function marks(count: number): string {
  return `a${"\u0301".repeat(count)}${"\u0316".repeat(count)}`;
}

/** Every text member of every request that clients may send. */
export const TEXT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  register: ["username", "password"],
  login: ["username", "password"],
  message: ["from", "to", "channel", "content", "subtype", "ref", "extra"],
  private: ["to", "content"],
  status: ["state", "user"],
  users: ["channel"],
  who: ["channel"],
  password: ["old", "new"],
  join: ["channel"],
  leave: ["channel"],
  history: ["channel", "with"],
  search: ["query", "channel"],
  kick: ["user", "channel", "reason"],
  mute: ["user", "reason"],
  unmute: ["user"],
  ban: ["user", "address", "reason"],
  unban: ["user", "address"],
  delete: ["reason"],
  topic: ["channel", "topic"],
  announce: ["content"],
  close_channel: ["channel", "reason"],
  open_channel: ["channel"],
};

const NEEDED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  register: { username: "marks1", password: "motdepasse" },
  login: { username: "user1", password: "motdepasse" },
  message: { content: "hello" },
  private: { to: "user2", content: "hello" },
  status: { state: "away" },
  password: { old: "motdepasse", new: "motdepasse" },
  search: { query: "lesson" },
  kick: { user: "user3" },
  mute: { user: "user3" },
  delete: { id: 1 },
  topic: { channel: "#dev", topic: "t" },
  close_channel: { channel: "#dev" },
};

/** All slash commands, some of their aliases, and one that does not exist. */
export const COMMANDS: readonly string[] = [
  ...["join", "leave", "who", "users", "history", "search", "topic", "me", "nick", "help", "msg"],
  ...["kick", "mute", "unmute", "ban", "unban", "delete", "announce", "close", "open", "bans"],
  ...["channels", "unread", "whoami", "password", "hand", "hands", "private", "nothing"],
];

/** Returns every request with `text` in each of its text members, as named lines. */
export function requestsWith(text: string): { readonly name: string; readonly line: string }[] {
  return Object.entries(TEXT_MEMBERS).flatMap(([type, members]) =>
    members.map((member) => ({
      name: `${type}.${member}`,
      line: `${JSON.stringify({ type, ...NEEDED[type], [member]: text })}\n`,
    }))
  );
}

/** Returns every slash command with `text` as its argument, as messages. */
export function commandsWith(text: string): { readonly name: string; readonly line: string }[] {
  return COMMANDS.flatMap((command) => [
    { name: `/${command}`, argument: text },
    { name: `/${command} "…"`, argument: `"${text}"` },
  ]).map(({ name, argument }) => {
    const content = `${name.split(" ")[0]} ${argument}`;
    return { name, line: `${JSON.stringify({ type: "message", content })}\n` };
  });
}

/** The longest line is 64 KiB; each mark is two bytes. */
const LONGEST = marks(15_000);
/** The longest content is 8 KiB. */
const LONGEST_ARGUMENT = marks(2_000);
const CROWD = 15;

async function run(stage: Stage): Promise<{ figures: Record<string, number> }> {
  const requests = requestsWith(LONGEST);
  const some = stage.quick
    ? requests.filter(({ name }) => /^(register|message|join)\./.test(name))
    : requests;
  // Each from another address, so that none is rejected because of the one before.
  const far = (i: number) => `127.0.70.${1 + i % 250}`;
  for (const [i, { name, line }] of some.entries()) {
    const caller = await stage.callFrom(far(i));
    await stage.slowest.time(name, async () => {
      caller.send(line);
      await caller.settle();
    });
    caller.close();
  }
  for (const [i, { name, line }] of commandsWith(LONGEST_ARGUMENT).entries()) {
    if (stage.quick && i % 6 !== 0) continue;
    const caller = await stage.callFrom(far(100 + i));
    caller.send({ type: "message", from: `slash${i}`, content: "" });
    await caller.settle();
    await stage.slowest.time(name, async () => {
      caller.send(line);
      await caller.settle();
    });
    caller.close();
  }
  const crowd = await Promise.all(Array.from({ length: CROWD }, (_, i) => stage.call(i)));
  const line = requests[0]!.line;
  await stage.slowest.time(`${CROWD} connections`, async () => {
    crowd.forEach((caller) => caller.send(line));
    await Promise.all(crowd.map((caller) => caller.settle()));
  });
  crowd.forEach((caller) => caller.close());
  return { figures: { lines: some.length + CROWD } };
}

/** The row. */
export const names: Attack = {
  row: "1",
  title: "60 KB of combining marks in any member of any request, before joining",
  before: "stall 1–4 s; 15 connections: 38 s",
  run,
};
