// No request makes the server work on long text. Every member of every request is sent with 60 KB of the most
// expensive characters.
import assert from "node:assert/strict";
import { NAME_UNITS_MAX } from "../../lib/protocol/names.ts";
import { type Line, makeChat } from "./fakes.ts";

const HEAP = "a" + "\u0301".repeat(10_000) + "\u0316".repeat(9_900);
const TEXTS = [HEAP, "a\u0301\u0316".repeat(7_500), "\ufdfa".repeat(19_000), " x".repeat(29_000)];

/** Each request with its text members. `*` marks the place of the long text. */
const REQUESTS: readonly Line[] = [
  { type: "register", username: "*", password: "1234" },
  { type: "register", username: "carl", password: "*" },
  { type: "login", username: "*", password: "1234" },
  { type: "login", username: "bob", password: "*" },
  { type: "password", old: "1234", new: "*" },
  { type: "password", old: "*", new: "12345" },
  { type: "message", from: "*", content: "" },
  { type: "message", to: "*", content: "hello" },
  { type: "private", to: "*", content: "hello" },
  { type: "message", channel: "#*", content: "hello" },
  { type: "message", subtype: "*", content: "hello" },
  { type: "message", content: "*" },
  { type: "status", state: "*" },
  { type: "users", channel: "#*" },
  { type: "join", channel: "#*" },
  { type: "leave", channel: "#*" },
  { type: "history", with: "*" },
  { type: "history", channel: "#*" },
  { type: "search", query: "*" },
  { type: "search", query: "x", channel: "#*" },
  { type: "kick", user: "*" },
  { type: "kick", user: "bob", reason: "*" },
  { type: "mute", user: "*" },
  { type: "unmute", user: "*" },
  { type: "ban", user: "*" },
  { type: "ban", address: "*" },
  { type: "unban", user: "*" },
  { type: "unban", address: "*" },
  { type: "topic", channel: "#général", topic: "*" },
  { type: "close_channel", channel: "#*" },
  { type: "*" },
  { type: "ping", ref: "*" },
];

const OPERATOR_REQUESTS: readonly Line[] = [
  { type: "operator", name: "*" },
  { type: "clients", filter: "*" },
  { type: "audit", actor: "*", target: "*", action: "*" },
  { type: "tail", events: ["*"] },
  { type: "channel_create", channel: "#*" },
  { type: "channel_create", channel: "#x", accounts: ["*"] },
  { type: "channel_create", channel: "#x", groups: ["*"] },
  { type: "group_create", group: "*" },
  { type: "group_show", group: "*" },
  { type: "group_delete", group: "*" },
  { type: "group_rename", group: "*", name: "x" },
  { type: "group_rename", group: "x", name: "*" },
  { type: "group_add", group: "*", users: ["bob"] },
  { type: "group_add", group: "x", users: ["*"] },
  { type: "group_remove", group: "x", users: ["*"] },
  { type: "user_add", user: "*", password: "1234" },
  { type: "user_add", user: "zoe", password: "*" },
  { type: "user_passwd", user: "bob", password: "*" },
  { type: "user_role", user: "*", role: "admin" },
  { type: "user_role", user: "bob", role: "*" },
  { type: "user_delete", user: "*" },
  { type: "user_disable", user: "*" },
  { type: "user_enable", user: "*" },
  { type: "user_erase", user: "*" },
];

const COMMANDS = [
  "msg",
  "who",
  "join",
  "kick",
  "ban",
  "history",
  "search",
  "nick",
  "topic",
  "help",
];

async function normalizedBy(work: () => Promise<void>): Promise<number> {
  const { normalize } = String.prototype;
  let longest = 0;
  String.prototype.normalize = function (this: string, form?: string) {
    longest = Math.max(longest, this.length);
    return normalize.call(this, form);
  };
  try {
    await work();
  } finally {
    String.prototype.normalize = normalize;
  }
  return longest;
}

function filled(request: Line, text: string): Line {
  return JSON.parse(
    JSON.stringify(request),
    (_, value) => typeof value === "string" ? value.replace("*", () => text) : value,
  );
}

Deno.test("no member of a request is normalized or repeated in the reply at full length", async () => {
  const chat = makeChat({ ada: "1234/admin", bob: "1234" });
  const ada = chat.connect();
  await ada.say({ type: "login", username: "ada", password: "1234" });
  const operator = chat.operate();
  const askers = () => [chat.connect(), ada];
  for (const text of TEXTS) {
    const longest = await normalizedBy(async () => {
      for (const request of REQUESTS) {
        for (const asker of askers()) {
          await check(asker, filled(request, text), chat);
        }
      }
      for (const request of OPERATOR_REQUESTS) await check(operator, filled(request, text), chat);
      for (const name of COMMANDS) {
        const content = `/${name} ${text.slice(0, 2_500)}`;
        await check(ada, { type: "message", content }, chat);
      }
    });
    // A key is normalized again after compatibility forms have made it longer.
    assert.ok(longest <= 18 * NAME_UNITS_MAX, String(longest));
  }
});

async function check(
  asker: ReturnType<ReturnType<typeof makeChat>["connect"]>,
  request: Line,
  chat: ReturnType<typeof makeChat>,
): Promise<void> {
  await asker.say(request);
  chat.turn();
  for (const line of asker.take()) {
    const isOwnContent = line["type"] === "message" && line["from"] !== "ClassCord";
    if (isOwnContent) continue;
    const about = JSON.stringify(request).slice(0, 80);
    assert.ok(JSON.stringify(line).length < 12_000, about);
    if (line["type"] === "error") {
      assert.ok(String(line["message"]).length < 1_000, `${about}: ${line["message"]}`);
      assert.notEqual(line["code"], "internal", about);
    }
  }
}
