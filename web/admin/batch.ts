// Does one thing to many accounts, one after the other, and notes what failed.
import { nameKey } from "../model/keys.ts";
import type { Failure } from "../model/state.ts";
import { type Ask, Refused } from "./ask.ts";

/** The maximum number of names that can be typed at once. */
export const NAMES_MAX = 500;

/** The maximum number of accounts that one request adds to a group or removes from it. */
export const GROUP_USERS_MAX = 200;

/** A name for which something failed. */
export interface Failed {
  readonly name: string;
  readonly failure: Failure;
}

/** How far a batch is. */
export interface Batch {
  readonly done: number;
  readonly of: number;
  readonly failed: readonly Failed[];
  /** Whether it has ended. If the connection broke, names are left that were not tried. */
  readonly isOver: boolean;
}

/** What is done to one account. @throws {Refused} */
export type Deed = (name: string) => Promise<unknown>;

/**
 * Does something to each account. A failure does not stop it, unless the connection breaks.
 *
 * @param tell Called with each change.
 */
export async function eachName(
  names: readonly string[],
  deed: Deed,
  tell: (batch: Batch) => void,
): Promise<Batch> {
  let batch: Batch = { done: 0, of: names.length, failed: [], isOver: names.length === 0 };
  tell(batch);
  for (const [at, name] of names.entries()) {
    let isBroken = false;
    try {
      await deed(name);
      batch = { ...batch, done: batch.done + 1 };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      isBroken = error.isUnknown;
      batch = { ...batch, failed: [...batch.failed, { name, failure: error.failure }] };
    }
    batch = { ...batch, isOver: isBroken || at === names.length - 1 };
    tell(batch);
    if (isBroken) break;
  }
  return batch;
}

/** Returns the names in a text, one on each line, without duplicates. Names may contain commas and spaces. */
export function namesIn(text: string): string[] {
  const names = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const name = line.trim();
    if (name !== "" && !names.has(nameKey(name))) names.set(nameKey(name), name);
    if (names.size > NAMES_MAX) break;
  }
  return [...names.values()];
}

/**
 * Adds accounts to a group, or removes them.
 *
 * @returns The number of accounts that were changed.
 */
export async function changeMembers(
  ask: Ask,
  type: "group_add" | "group_remove",
  { group, users }: { readonly group: string; readonly users: readonly string[] },
): Promise<number> {
  let changed = 0;
  for (let at = 0; at < users.length; at += GROUP_USERS_MAX) {
    const part = users.slice(at, at + GROUP_USERS_MAX);
    const reply = await ask({ type, group, users: part });
    changed += reply.users.length;
  }
  return changed;
}
