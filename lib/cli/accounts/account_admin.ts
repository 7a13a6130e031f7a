// The interface through which commands change accounts, with or without a running server.
import type { AccountRole } from "../../store/accounts.ts";
import type { Erasure } from "../../store/personal_data.ts";

/** A new account. */
export interface NewAccount {
  readonly name: string;
  readonly password: string;
  readonly role: AccountRole;
}

/** Changes accounts. Methods return the name as it was registered. Every failure is a whole sentence. */
export interface AccountAdmin {
  /** Checks that the name is free and valid. */
  checkFree(name: string): Promise<void>;
  /** Finds an account. */
  find(name: string): Promise<string>;
  /** Creates an account. */
  add(account: NewAccount): Promise<{ name: string; accounts: number }>;
  setPassword(name: string, password: string): Promise<string>;
  setDisabled(name: string, disabled: boolean): Promise<string>;
  setRole(name: string, role: AccountRole): Promise<string>;
  /** Deletes an account. Its messages stay. */
  delete(name: string): Promise<string>;
  /** Erases an account with its private messages. */
  erase(name: string, erasure: Erasure): Promise<string>;
}
