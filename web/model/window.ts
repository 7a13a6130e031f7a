// Implements the window of a room: one contiguous range of its messages in blocks, without gaps or duplicates.
import type { Block, Item, Window } from "./room.ts";

/** The number of messages in a full block. */
export const BLOCK = 50;

/** The maximum number of messages in a window. A window that grows beyond it is cut at the other end. */
export const WINDOW_MAX = 2000;

/** The window of a room that was never read. */
export const UNREAD: Window = { blocks: [], first: 0, last: 0, older: true, newer: true };

/** A page of messages, oldest first, and whether the server has more on either side. */
export interface Page {
  readonly items: readonly Item[];
  readonly older: boolean;
  readonly newer: boolean;
}

/** Returns the number of messages in a window. */
export function sizeOf(window: Window): number {
  return window.blocks.reduce((sum, { items }) => sum + items.length, 0);
}

/** Iterates over all messages, oldest first. */
export function* itemsOf(window: Window): Generator<Item> {
  for (const { items } of window.blocks) yield* items;
}

/** Returns the message with an id, if the window has it. */
export function findItem(window: Window, id: number): Item | undefined {
  return blockOf(window, id)?.items.find((item) => item.id === id);
}

/** Returns a window that contains one page. */
export function windowOf({ items, older, newer }: Page): Window {
  const kept = distinct(items, new Set());
  return {
    blocks: blocksOf(kept),
    first: items[0]?.id ?? 0,
    last: items.at(-1)?.id ?? 0,
    older,
    newer,
  };
}

/** Adds a page before the window. Cuts the end if the window becomes too long. */
export function prepend(window: Window, { items, older }: Omit<Page, "newer">): Window {
  const page = items.filter(({ id }) => id < window.first);
  const blocks = [...blocksOf(distinct(page, copiesIn(window))), ...window.blocks];
  const grown = { ...window, blocks, first: page[0]?.id ?? window.first, older };
  const kept = keepFrom(blocks);
  if (kept.length === blocks.length) return grown;
  return { ...grown, blocks: kept, last: kept.at(-1)!.items.at(-1)!.id, newer: true };
}

/** Adds a page after the window. Cuts the beginning if the window becomes too long. */
export function append(window: Window, { items, newer }: Omit<Page, "older">): Window {
  const page = items.filter(({ id }) => id > window.last);
  const blocks = extended(window.blocks, distinct(page, copiesIn(window)));
  const last = page.at(-1)?.id ?? window.last;
  const first = window.first === 0 ? page[0]?.id ?? 0 : window.first;
  return cutBeginning({ ...window, blocks, first, last, newer });
}

/**
 * Adds a new message. A window that does not reach the present stays unchanged, since there would be a gap before the
 * message.
 */
export function insert(window: Window, item: Item): Window {
  if (window.newer) return window;
  if (item.id > window.last) return append(window, { items: [item], newer: false });
  // The reply to the user's own message may arrive after a later message from another user.
  if (item.id < window.first || findItem(window, item.id) !== undefined) return window;
  if (distinct([item], copiesIn(window)).length === 0) return window;
  const block = blockOf(window, item.id) ?? window.blocks[0];
  if (block === undefined) return { ...window, blocks: blocksOf([item]) };
  const items = [...block.items, item].sort((a, b) => a.id - b.id);
  return replaced(window, block, items);
}

/** Removes the text of a deleted message. */
export function forget(window: Window, id: number): Window {
  const item = findItem(window, id);
  if (item === undefined || item.deleted) return window;
  const block = blockOf(window, id)!;
  const emptied: Item = { ...item, content: "", cid: undefined, replyTo: undefined, deleted: true };
  return replaced(window, block, block.items.map((each) => each === item ? emptied : each));
}

/** Removes blocks from the beginning of a window that is too long. */
function cutBeginning(window: Window): Window {
  const kept = keepFrom([...window.blocks].reverse()).reverse();
  if (kept.length === window.blocks.length) return window;
  return { ...window, blocks: kept, first: kept[0]!.items[0]!.id, older: true };
}

/** Returns the first blocks of a list, as many as fit into a window. */
function keepFrom(blocks: readonly Block[]): Block[] {
  let count = 0;
  const end = blocks.findIndex(({ items }) => (count += items.length) > WINDOW_MAX);
  return blocks.slice(0, end < 0 ? blocks.length : Math.max(1, end));
}

/** Splits messages into blocks. Only the first may be partly filled, because the next page is added before it. */
function blocksOf(items: readonly Item[]): Block[] {
  const blocks: Block[] = [];
  for (let end = items.length; end > 0; end -= BLOCK) {
    const part = items.slice(Math.max(0, end - BLOCK), end);
    blocks.push({ key: part[0]!.id, items: part });
  }
  return blocks.reverse();
}

/** Fills the last block, then adds new ones. */
function extended(blocks: readonly Block[], items: readonly Item[]): Block[] {
  const result = [...blocks];
  const last = result.at(-1);
  const room = last === undefined ? 0 : Math.max(0, BLOCK - last.items.length);
  if (last !== undefined && room > 0 && items.length > 0) {
    result[result.length - 1] = { ...last, items: [...last.items, ...items.slice(0, room)] };
  }
  for (let at = room; at < items.length; at += BLOCK) {
    result.push({ key: items[at]!.id, items: items.slice(at, at + BLOCK) });
  }
  return result;
}

/** Returns the last block that begins at or before an id. */
function blockOf(window: Window, id: number): Block | undefined {
  return window.blocks.findLast(({ items }) => items[0]!.id <= id);
}

function replaced(window: Window, old: Block, items: readonly Item[]): Window {
  return {
    ...window,
    blocks: window.blocks.map((block) => block === old ? { ...old, items } : block),
  };
}

// Identifies a message across copies. A client that cannot know whether its message was stored sends it again.
function copyKey({ cid, fromKey, content }: Item): string | undefined {
  return cid === undefined ? undefined : `${cid} ${fromKey} ${content}`;
}

function copiesIn(window: Window): Set<string> {
  const copies = new Set<string>();
  for (const item of itemsOf(window)) {
    const key = copyKey(item);
    if (key !== undefined) copies.add(key);
  }
  return copies;
}

function distinct(items: readonly Item[], copies: Set<string>): Item[] {
  return items.filter((item) => {
    const key = copyKey(item);
    if (key === undefined) return true;
    if (copies.has(key)) return false;
    copies.add(key);
    return true;
  });
}
