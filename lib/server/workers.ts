// Starts the workers of the server: password hashing, and the search index.
import { hashParameters } from "../auth/password_hash.ts";
import { PasswordPool } from "../auth/password_pool.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { oneLine } from "../ops/log/text.ts";
import { SearchDesk } from "../store/search/desk.ts";
import { verifyIndexFile } from "../store/search/index_file.ts";

/** What the workers are started with. */
export interface WorkerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The main module, which is also the code of the workers. */
  readonly mainModule: URL;
}

/** Starts the workers that hash passwords. @param opened Stops them. */
export function openPool(
  { config, mainModule }: WorkerOptions,
  opened: AsyncDisposableStack,
): PasswordPool {
  const pool = new PasswordPool({
    parameters: hashParameters(config.auth),
    workers: config.auth.hash_workers,
    workerUrl: mainModule,
  });
  opened.defer(() => pool.close());
  return pool;
}

/** Creates the search desk after checking the index. @param opened Stops its worker. */
export function openSearch(
  { config, log, mainModule }: WorkerOptions,
  opened: AsyncDisposableStack,
): SearchDesk {
  const dataDir = config.store.data_dir;
  const rebuilt = (why: string) =>
    log.write("info", "DEMARRAGE", `rebuilding the search index: ${oneLine(why)}`);
  verifyIndexFile(dataDir, rebuilt);
  const desk = new SearchDesk({ workerUrl: mainModule, dataDir, rebuilt });
  opened.defer(() => desk.close());
  return desk;
}
