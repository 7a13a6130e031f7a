// What the rules about accounts need of the school's directory. Only a server with `[auth.ldap]` loads what does it.
import type { Account, AccountRole } from "../store/accounts.ts";
import type { Requester } from "./requester.ts";

/** A person whose entry in the directory may log in. */
export interface DirectoryPerson {
  /** The identity of the entry, which stays the same when it is renamed. */
  readonly id: string;
  /** The valid names of the entry; at least one. A new account gets the first. */
  readonly names: readonly [string, ...string[]];
  /** The role that groups of the directory give; `undefined` if they give none. */
  readonly role: AccountRole | undefined;
  /** The names of the groups of the chat that groups of the directory give. */
  readonly groups: readonly string[];
}

/** The directory does not answer, or not in time. */
export class DirectoryAway extends Error {
  override readonly name = "DirectoryAway";

  /** @param retryAfter Whole seconds until it should be asked again. */
  constructor(readonly retryAfter: number) {
    super("expected an answer of the directory, got none in time");
  }
}

/**
 * The results of requests to the directory: found or accepted, not found or not accepted, no answer, and dropped before
 * it was asked.
 */
export const CONVERSATION_RESULTS = ["ok", "refused", "failed", "busy"] as const;

/** One of {@linkcode CONVERSATION_RESULTS}. */
export type ConversationResult = typeof CONVERSATION_RESULTS[number];

/** Asks the directory. Errors: {@linkcode DirectoryAway}, `PoolBusy` and `Abandoned`. */
export interface DirectoryDesk {
  /**
   * Checks a name and a password.
   *
   * @param password `undefined` for a password that nobody can have. The directory is asked all the same, so that the
   * time tells nothing.
   * @returns The person, or `undefined` if the name is unknown, the password wrong, or the entry disabled.
   */
  check(
    credentials: { readonly name: string; readonly password: string | undefined },
    requester: Requester,
  ): Promise<DirectoryPerson | undefined>;
  /** Whether the directory has an entry with this name that may log in. */
  has(name: string, requester: Requester): Promise<boolean>;
}

/** A login at the directory. */
export interface DirectoryLogin {
  readonly name: string;
  /** As `normalizePassword` returns it. */
  readonly password: string | undefined;
  readonly requester: Requester;
}

/** Logs in with the directory. */
export interface DirectoryLogins {
  /** Returns the account that the name and the password belong to, which it creates at the first login. */
  login(login: DirectoryLogin): Promise<Account | undefined>;
  /** Whether the directory has an entry with this name that may log in. */
  has(name: string, requester: Requester): Promise<boolean>;
}
