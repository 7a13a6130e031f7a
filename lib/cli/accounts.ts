// What the commands about accounts share: the database and the rules, without a server.
import type { Command } from "commander";
import { Accounts } from "../auth/accounts.ts";
import { PasswordPool } from "../auth/password_pool.ts";
import { Throttle } from "../auth/throttle.ts";
import { hashParameters } from "../server.ts";
import { AccountStore } from "../store/accounts.ts";
import { openDatabase } from "../store/database.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { CommandFailure, mendable } from "./command.ts";
import { settingsOf } from "./settings.ts";

/** What such a command works with. */
export interface AccountTools {
  readonly accounts: Accounts;
  readonly store: AccountStore;
  readonly pool: PasswordPool;
  readonly database: ReturnType<typeof openDatabase>;
}

/**
 * Opens the database of the configuration, runs `work`, and closes it.
 *
 * @throws {CommandFailure} where the database or the rules about accounts refuse.
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
    const store = new AccountStore(database);
    const pool = new PasswordPool({
      parameters: hashParameters(config),
      workers: config.auth.hash_workers,
      workerUrl: new URL(Deno.mainModule),
      maxWaiting: Infinity,
    });
    cleanup.defer(() => pool.close());
    const accounts = new Accounts({
      store,
      pool,
      throttle: new Throttle(() => performance.now()),
      rules: { passwordMin: config.auth.password_min, registration: true },
      now: Date.now,
    });
    await work({ accounts, store, pool, database });
  } catch (error) {
    throw error instanceof ProtocolError ? new CommandFailure(error.message) : mendable(error);
  }
}
