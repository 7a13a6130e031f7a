// What the log shows of a block of messages: day lines, the line before new ones, and which follow each other.
import type { Aside, Item } from "../model/state.ts";

/** A line of the log. */
export type Row =
  | { readonly kind: "day"; readonly at: number }
  | { readonly kind: "new" }
  | { readonly kind: "aside"; readonly aside: Aside }
  /** `continued`: by the same author as the row above, shortly after, so the name is not repeated. */
  | { readonly kind: "message"; readonly item: Item; readonly continued: boolean };

/** What surrounds a block. */
export interface Around {
  /** The last message of the block before. */
  readonly before: Item | undefined;
  /** The last id that had been read when the room was opened. */
  readonly line: number | undefined;
  /** Texts of the server whose place is after a message of this block. */
  readonly asides: readonly Aside[];
}

/** Messages of one author within this time, in milliseconds, have one name above them. */
const TOGETHER = 5 * 60_000;

/** The lines of a block. */
export function rowsOf(items: readonly Item[], { before, line, asides }: Around): Row[] {
  const rows: Row[] = [];
  let last = before;
  for (const [at, item] of items.entries()) {
    const next = items[at + 1]?.id ?? Infinity;
    const newDay = last === undefined || dayOf(last.at) !== dayOf(item.at);
    if (newDay) rows.push({ kind: "day", at: item.at });
    const firstNew = line !== undefined && item.id > line &&
      !(last !== undefined && last.id > line);
    if (firstNew && !item.mine) rows.push({ kind: "new" });
    const after = asides.filter((aside) => aside.after >= item.id && aside.after < next);
    const continued = rows.at(-1)?.kind !== "new" && rows.at(-1)?.kind !== "aside" &&
      continues(last, item, newDay);
    rows.push({ kind: "message", item, continued });
    for (const aside of after) rows.push({ kind: "aside", aside });
    last = item;
  }
  return rows;
}

function continues(last: Item | undefined, item: Item, newDay: boolean): boolean {
  return last !== undefined && !newDay && last.fromKey === item.fromKey &&
    item.replyTo === undefined && item.at - last.at < TOGETHER;
}

function dayOf(at: number): number {
  const date = new Date(at);
  return (date.getFullYear() * 12 + date.getMonth()) * 31 + date.getDate();
}
