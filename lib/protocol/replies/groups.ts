// The replies to the requests of operators and admins about groups of accounts.
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";

/** A group in the list of groups. */
export interface GroupRow {
  readonly name: string;
  /** Whether the group is a class. */
  readonly class: boolean;
  /** The number of accounts in the group. */
  readonly members: number;
}

/** An account in a group. */
export interface GroupMemberRow {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
}

interface Changed {
  readonly group: string;
  /** The accounts that were added or removed, as registered. Accounts that need no change are missing. */
  readonly users: readonly string[];
}

/** The replies by the type of their request. `group` is the name as created. */
export interface GroupReplies {
  readonly groups: {
    readonly type: "groups";
    /** Sorted by name. */
    readonly groups: readonly GroupRow[];
    /** Whether more groups follow. */
    readonly more?: true | undefined;
  };
  readonly group_show: Done<"group_show", {
    readonly group: string;
    readonly class: boolean;
    /** Sorted by name. */
    readonly members: readonly GroupMemberRow[];
    /** Whether more members follow. */
    readonly more?: true | undefined;
  }>;
  readonly group_create: Done<"group_create", { readonly group: string }>;
  readonly group_delete: Done<"group_delete", { readonly group: string }>;
  /** `group` is the new name. */
  readonly group_rename: Done<"group_rename", { readonly group: string }>;
  readonly group_add: Done<"group_add", Changed>;
  readonly group_remove: Done<"group_remove", Changed>;
}
