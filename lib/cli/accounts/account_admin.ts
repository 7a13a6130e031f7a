// What commands do with accounts, whether a server runs or not.
import type { AccountRole } from "../../store/accounts.ts";
import type { Erasure } from "../../store/personal_data.ts";

/** A new account. */
export interface NewAccount {
  readonly name: string;
  readonly password: string;
  readonly role: AccountRole;
}

/** Changes accounts. Names come back as they were registered. All failures are sentences. */
export interface AccountAdmin {
  /** Checks that an account of this name may be made. */
  checkFree(name: string): Promise<void>;
  /** Finds an account. */
  find(name: string): Promise<string>;
  /** Makes an account. */
  add(account: NewAccount): Promise<{ name: string; accounts: number }>;
  setPassword(name: string, password: string): Promise<string>;
  setDisabled(name: string, disabled: boolean): Promise<string>;
  setRole(name: string, role: AccountRole): Promise<string>;
  /** Deletes an account; its messages stay. */
  delete(name: string): Promise<string>;
  /** Erases an account with its private messages. */
  erase(name: string, erasure: Erasure): Promise<string>;
}
