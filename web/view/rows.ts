// Computes the rows of a message block in the log: day lines, the line "new messages", and which rows need a name.
import type { Aside, Item } from "../model/state.ts";

/** A row of the log. */
export type Row =
  | { readonly kind: "day"; readonly at: number }
  | { readonly kind: "new" }
  | { readonly kind: "aside"; readonly aside: Aside }
  /** `continued`: the row above is by the same author and recent, so the name is not repeated. */
  | { readonly kind: "message"; readonly item: Item; readonly continued: boolean };

/** What surrounds a block. */
export interface Around {
  /** The last message of the previous block. */
  readonly before: Item | undefined;
  /** The id of the last read message when the room was opened. */
  readonly line: number | undefined;
  /** The texts from the server that follow a message of this block. */
  readonly asides: readonly Aside[];
}

/** How long after a message the next one by the same author needs no name, in milliseconds. */
const TOGETHER = 5 * 60_000;

/** Returns the rows of a block. */
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
