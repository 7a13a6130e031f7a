// The interface through which commands change accounts, with or without a running server.
import type { WebSessionRow } from "../../protocol/replies/web_sessions.ts";
import type { AccountRole } from "../../store/accounts.ts";
import type { Erasure } from "../../store/personal_data.ts";

/** A new account. */
export interface NewAccount {
  readonly name: string;
  readonly password: string;
  readonly role: AccountRole;
}

/** A client that stays signed in to an account. Times are in ISO 8601. */
export type SignedIn = Omit<WebSessionRow, "current">;

/** Changes accounts. Methods return the name as it was registered. Every failure is a whole sentence. */
export interface AccountAdmin {
  /** Checks that the name is free and valid. */
  checkFree(name: string): Promise<void>;
  /** Finds an account. */
  find(name: string): Promise<string>;
  /** Creates an account. */
  add(account: NewAccount): Promise<{ name: string; accounts: number }>;
  /** Lists the clients that stay signed in to an account, the newest first. */
  sessions(name: string): Promise<readonly SignedIn[]>;
  /** Signs out one client of an account, or all. @param id The id in the list; `undefined` for all. */
  endSessions(name: string, id: number | undefined): Promise<{ name: string; ended: number }>;
  setPassword(name: string, password: string): Promise<string>;
  setDisabled(name: string, disabled: boolean): Promise<string>;
  setRole(name: string, role: AccountRole): Promise<string>;
  /** Deletes an account. Its messages stay. */
  delete(name: string): Promise<string>;
  /** Erases an account with its private messages. */
  erase(name: string, erasure: Erasure): Promise<string>;
}
