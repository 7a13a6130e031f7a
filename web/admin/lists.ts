// Reads the lists of an admin, page by page.
import type { GroupMemberRow, GroupReplies, GroupRow } from "../../lib/protocol/replies/groups.ts";
import type { UserRow } from "../../lib/protocol/replies/user_admin.ts";
import type { Ask } from "./ask.ts";

/** The number of accounts that one request reads. */
const PAGE = 500;

/** The maximum number of pages of one list. */
export const PAGES_MAX = 100;

/** A list. `isCut`: more rows exist. */
export interface List<T> {
  readonly rows: readonly T[];
  readonly isCut: boolean;
}

/** Reads all accounts, sorted by name. */
export async function readAccounts(ask: Ask): Promise<List<UserRow>> {
  return await readAll(async (after) => {
    const { users, more } = await ask({ type: "user_list", limit: PAGE, ...after });
    return { rows: users, more };
  });
}

/** Reads all groups and classes, sorted by name. */
export async function readGroups(ask: Ask): Promise<List<GroupRow>> {
  return await readAll(async (after) => {
    const { groups, more } = await ask({ type: "groups", ...after });
    return { rows: groups, more };
  });
}

/** Reads a group with all its members. */
export async function readGroup(
  ask: Ask,
  group: string,
): Promise<List<GroupMemberRow> & Pick<GroupReplies["group_show"], "group" | "class">> {
  let last: GroupReplies["group_show"] | undefined;
  const list = await readAll(async (after) => {
    last = await ask({ type: "group_show", group, ...after });
    return { rows: last.members, more: last.more };
  });
  return { ...list, group: last!.group, class: last!.class };
}

interface Read<T> {
  readonly rows: readonly T[];
  readonly more?: true | undefined;
}

async function readAll<T extends { readonly name: string }>(
  read: (after: { readonly after?: string }) => Promise<Read<T>>,
): Promise<List<T>> {
  const all: T[] = [];
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const last = all.at(-1)?.name;
    const { rows, more } = await read(last === undefined ? {} : { after: last });
    all.push(...rows);
    if (more !== true || rows.length === 0) return { rows: all, isCut: false };
  }
  return { rows: all, isCut: true };
}
