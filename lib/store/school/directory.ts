// Reads the accounts, groups and classes for the plan of an import.
import type { StatementSync } from "node:sqlite";
import type { Directory, KnownAccount } from "../../school/directory.ts";
import { type Account, AccountStore, toAccount } from "../accounts.ts";
import type { Database } from "../database.ts";
import { GROUPS_MAX, GroupStore } from "../groups.ts";

/** Answers the questions of a plan from the database. */
export class AccountDirectory implements Directory {
  readonly #accounts: AccountStore;
  readonly #groups: GroupStore;
  readonly #byExternalId: StatementSync;
  readonly #members: StatementSync;
  readonly #ties: StatementSync;

  constructor(database: Database) {
    this.#accounts = new AccountStore(database);
    this.#groups = new GroupStore(database);
    const prepare = (sql: string) => database.sqlite.prepare(sql);
    this.#byExternalId = prepare("SELECT * FROM accounts WHERE external_id = ?");
    this.#members = prepare(
      `SELECT accounts.* FROM account_groups
         JOIN group_members ON group_id = account_groups.id
         JOIN accounts ON accounts.id = account_id
        WHERE account_groups.key = ? ORDER BY accounts.key`,
    );
    this.#ties = prepare(
      `SELECT key, name, is_class, imported FROM group_members
         JOIN account_groups ON id = group_id WHERE account_id = ?`,
    );
  }

  /** Finds an account by the identity in the lists of the school. */
  byId(externalId: string): KnownAccount | undefined {
    const row = this.#byExternalId.get(externalId);
    return row === undefined ? undefined : this.#known(toAccount(row));
  }

  /** Finds an account by the key of its name. */
  byKey(key: string): KnownAccount | undefined {
    const account = this.#accounts.findByKey(key);
    return account && this.#known(account);
  }

  /** Lists accounts whose name looks the same in letters of another script. */
  lookAlikes(name: string, looks: readonly [string, string]) {
    return this.#accounts.lookAlikes(name, looks)
      .map(({ id, name }) => ({ account: id, name }));
  }

  /** Finds a group or a class by the key of its name. */
  group(key: string): { readonly name: string; readonly isClass: boolean } | undefined {
    return this.#groups.find(key);
  }

  /** The number of groups and classes that can still be created. */
  get roomForGroups(): number {
    return GROUPS_MAX - this.#groups.count();
  }

  /** Lists the members of a class, sorted by name. */
  membersOf(classKey: string): KnownAccount[] {
    return this.#members.all(classKey).map((row) => this.#known(toAccount(row)));
  }

  #known(
    { id, name, key, role, disabledAt, externalId, directoryId }: Account,
  ): KnownAccount {
    const ties = this.#ties.all(id).map((row) => ({
      key: row["key"] as string,
      name: row["name"] as string,
      isClass: row["is_class"] === 1,
      imported: row["imported"] === 1,
    }));
    return {
      account: id,
      name,
      key,
      role,
      disabled: disabledAt !== null,
      inDirectory: directoryId !== null,
      externalId,
      classes: ties.filter(({ isClass }) => isClass),
      groups: new Set(ties.filter(({ isClass }) => !isClass).map(({ key }) => key)),
    };
  }
}
