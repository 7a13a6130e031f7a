// What a plan needs to know of the accounts, the groups and the classes. The store answers it.
import type { ListedRole } from "./columns.ts";

/** The membership of an account in a class. */
export interface ClassTie {
  readonly key: string;
  readonly name: string;
  /** Whether an import added the account to the class. */
  readonly imported: boolean;
}

/** An account as a plan sees it. */
export interface KnownAccount {
  /** The number of the account. */
  readonly account: number;
  readonly name: string;
  readonly key: string;
  readonly role: ListedRole;
  readonly disabled: boolean;
  /** Whether the account lives in the school's directory, which has its name and its password. */
  readonly inDirectory: boolean;
  /** The identity in the lists of the school, if it is known. */
  readonly externalId: string | null;
  readonly classes: readonly ClassTie[];
  /** The keys of its other groups. */
  readonly groups: ReadonlySet<string>;
}

/** Reads accounts and groups. Every answer is about the same state. */
export interface Directory {
  /** Finds an account by the identity in the lists of the school. */
  byId(externalId: string): KnownAccount | undefined;
  /** Finds an account by the key of its name. */
  byKey(key: string): KnownAccount | undefined;
  /** Lists accounts whose name looks the same as `name` in letters of another script. */
  lookAlikes(
    name: string,
    looks: readonly [string, string],
  ): readonly Pick<KnownAccount, "account" | "name">[];
  /** Finds a group or a class by the key of its name. */
  group(key: string): { readonly name: string; readonly isClass: boolean } | undefined;
  /** The number of groups and classes that can still be created. */
  readonly roomForGroups: number;
  /** Lists the members of a class. */
  membersOf(classKey: string): readonly KnownAccount[];
}
