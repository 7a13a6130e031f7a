// Tests of web/view/rows.ts: day lines, the line above new messages, and names above messages.
import assert from "node:assert/strict";
import type { Aside, Item } from "../../../web/model/state.ts";
import { rowsOf } from "../../../web/view/rows.ts";

const NOON = new Date(2026, 10, 26, 12).getTime();
const MINUTE = 60_000;

function item(id: number, from: string, when: number | (Partial<Item> & Pick<Item, "at">)): Item {
  return {
    id,
    from,
    fromKey: from,
    content: `message ${id}`,
    cid: undefined,
    replyTo: undefined,
    mine: false,
    deleted: false,
    ...(typeof when === "number" ? { at: when } : when),
  };
}

/**
 * Returns the rows in short: `day`, `new`, `aside`, `1` for a message, `+2` for a message without a name above it.
 */
function short(items: readonly Item[], around: Partial<Parameters<typeof rowsOf>[1]> = {}): string {
  return rowsOf(items, { before: undefined, line: undefined, asides: [], ...around }).map((row) =>
    row.kind === "message" ? `${row.continued ? "+" : ""}${row.item.id}` : row.kind
  ).join(" ");
}

Deno.test("messages of one author within five minutes share one name", () => {
  const items = [
    item(1, "ada", NOON),
    item(2, "ada", NOON + MINUTE),
    item(3, "tom", NOON + MINUTE),
    item(4, "tom", NOON + 7 * MINUTE),
  ];
  assert.equal(short(items), "day 1 +2 3 4");
});

Deno.test("a reply has its author's name above it", () => {
  assert.equal(short([item(1, "ada", NOON), item(2, "ada", { at: NOON, replyTo: 1 })]), "day 1 2");
});

Deno.test("a day line precedes the first message of a day, even at the beginning of a block", () => {
  const night = new Date(2026, 10, 27, 0, 1).getTime();
  const items = [item(1, "ada", night - 2 * MINUTE), item(2, "ada", night)];
  assert.equal(short(items), "day 1 day 2");
  assert.equal(short([item(2, "ada", night)], { before: items[0] }), "day 2");
  assert.equal(short([item(3, "ada", night + MINUTE)], { before: item(2, "ada", night) }), "+3");
});

Deno.test("exactly one line precedes the first unread message", () => {
  const items = [item(5, "ada", NOON), item(6, "ada", NOON), item(7, "ada", NOON)];
  assert.equal(short(items, { line: 5 }), "day 5 new 6 +7");
  assert.equal(short(items, { line: 5, before: item(4, "ada", NOON) }), "+5 new 6 +7");
  assert.equal(short(items, { line: 3, before: item(4, "ada", NOON) }), "+5 +6 +7");
  assert.equal(short(items, { line: 9 }), "day 5 +6 +7");
});

Deno.test("a text from the server stays after the message that it followed", () => {
  const aside: Aside = { key: 1, after: 6, at: NOON, code: "answer", text: "" };
  const items = [item(5, "ada", NOON), item(8, "ada", NOON)];
  assert.equal(short(items, { asides: [aside] }), "day 5 aside 8");
  assert.equal(short(items, { asides: [{ ...aside, after: 99 }] }), "day 5 +8 aside");
});
