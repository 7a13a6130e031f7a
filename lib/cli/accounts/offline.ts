// What the commands about accounts share when no server runs: the database and the rules.
import type { Command } from "commander";
import { Accounts } from "../../auth/accounts.ts";
import { PasswordPool } from "../../auth/password_pool.ts";
import { Throttle } from "../../auth/throttle.ts";
import { Texts } from "../../chat/texts/catalogue.ts";
import { hashParameters } from "../../auth/password_hash.ts";
import { systemClock } from "../../ops/background.ts";
import { operatorName } from "../../ops/operator.ts";
import { type Account, AccountStore } from "../../store/accounts.ts";
import { AuditStore } from "../../store/audit.ts";
import { type Database, openDatabase } from "../../store/database.ts";
import { KnownNetworkStore } from "../../store/known_networks.ts";
import { refuseInLog } from "../../store/log/place.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { asFailure, CommandFailure } from "../command.ts";
import { settingsOf } from "../settings.ts";

/** What such a command works with. */
export interface AccountTools {
  readonly accounts: Accounts;
  readonly store: AccountStore;
  readonly pool: PasswordPool;
  readonly database: Database;
  /** Writes to the audit log what the operator did, and to which account. */
  readonly note: (action: string, target: string, detail?: string) => void;
}

/**
 * Opens the database of the configuration, runs `work`, and closes the database.
 *
 * @throws {CommandFailure} if the database cannot be used or the rules for accounts forbid the change.
 */
export async function withAccounts(
  command: Command,
  work: (tools: AccountTools) => void | Promise<void>,
): Promise<void> {
  const { config } = settingsOf(command);
  try {
    const database = openDatabase(config.store.data_dir, config.store);
    using cleanup = new DisposableStack();
    cleanup.defer(() => database.close());
    refuseInLog(database);
    const store = new AccountStore(database);
    const pool = new PasswordPool({
      parameters: hashParameters(config.auth),
      workers: config.auth.hash_workers,
      workerUrl: new URL(Deno.mainModule),
      maxWaitingBytes: Infinity,
    });
    cleanup.defer(() => pool.close());
    const accounts = new Accounts({
      store,
      pool,
      networks: new KnownNetworkStore(database),
      throttle: new Throttle({ clock: systemClock }),
      rules: { passwordMin: config.auth.password_min },
      now: Date.now,
    });
    const note: AccountTools["note"] = (action, target, detail) =>
      noteOperator(database, { action, target, detail });
    await work({ accounts, store, pool, database, note });
  } catch (error) {
    throw error instanceof ProtocolError
      ? new CommandFailure(inEnglish(error))
      : asFailure(error, config.store.data_dir);
  }
}

/** Returns the text of an error in English, the language of all commands. */
export function inEnglish(error: ProtocolError): string {
  return new Texts("en").error(error);
}

/** An action of the operator who runs a command. */
export interface OperatorAct {
  readonly action: string;
  readonly target?: string | undefined;
  readonly channel?: string | undefined;
  readonly detail?: string | undefined;
}

/** Writes the action to the audit log. @throws {StoreError} If the database belongs to a cluster. */
export function noteOperator(database: Database, act: OperatorAct): void {
  refuseInLog(database);
  const { action, target = null, channel = null, detail = "" } = act;
  new AuditStore(database).append({
    at: Date.now(),
    actor: operatorName(),
    actorAccount: null,
    action,
    target,
    channel,
    detail,
    address: "",
  });
}

/** Returns the account with this name. @throws {CommandFailure} */
export function findAccount(store: AccountStore, name: string): Account {
  const account = store.findByKey(nameKey(name));
  if (account !== undefined) return account;
  throw new CommandFailure(noAccountText(name));
}

/** The error for a name without an account. */
export function noAccountText(name: string): string {
  return `No account is called ${JSON.stringify(name.slice(0, 64))}. ` +
    "See classcord user list.";
}
