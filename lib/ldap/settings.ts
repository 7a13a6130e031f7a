// The settings of a directory in the form that the program uses them.
import type { AccountRole } from "../store/accounts.ts";

/** A server of the directory. */
export interface Server {
  /** The address as the settings have it. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** How the connection is protected: TLS from its beginning, StartTLS, or not at all. */
  readonly security: "ldaps" | "starttls" | "none";
}

/** What membership in a group of the directory gives. */
export interface Mapping<T extends string = string> {
  /** A role, or the name of a group of the chat. */
  readonly gives: T;
  /** The distinguished name of the group, as `normalizeDn` returns it. */
  readonly dn: string;
}

/** How the groups of an entry are found. */
export const GROUP_SEARCHES = ["memberOf", "nested", "search", "in_chain"] as const;

/** One of {@linkcode GROUP_SEARCHES}. */
export type GroupSearch = typeof GROUP_SEARCHES[number];

/** The settings. */
export interface DirectorySettings {
  /** In the order in which they are tried; at least one. */
  readonly servers: readonly Server[];
  /** The certificates of authorities to trust besides the public ones, as PEM. */
  readonly ca: string | undefined;
  /** The account that searches; empty: anonymous. */
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly base: string;
  /** The entries that may log in, as a filter in the form of RFC 4515. */
  readonly filter: string;
  readonly nameAttribute: string;
  /** What the values of that attribute have after the name; may be empty. */
  readonly nameSuffix: string;
  readonly idAttribute: string;
  readonly groupSearch: GroupSearch;
  readonly groupBase: string;
  readonly roles: readonly Mapping<AccountRole>[];
  readonly groups: readonly Mapping[];
  /** The maximum time of a login, the wait included, in milliseconds. */
  readonly timeoutMs: number;
  /** The maximum number of connections at the same time. */
  readonly connections: number;
}
