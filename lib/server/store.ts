// Opens the database of the server, takes its lock, and watches the free space of its disk.
import { systemClock } from "../ops/background.ts";
import type { Config } from "../ops/config/schema.ts";
import { StorageWatch } from "../ops/data/storage_watch.ts";
import type { Log } from "../ops/log/log.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { lockForServer, type ServerLock } from "../store/server_lock.ts";
import type { LiveSettings } from "./live_settings.ts";

/** The database and what protects it. */
export interface OpenStore {
  readonly database: Database;
  readonly storage: StorageWatch;
  readonly lock: ServerLock;
}

/**
 * Opens the database.
 *
 * @param opened Closes it.
 * @throws {StoreError}
 */
export function openStore(
  { config, settings, log }: { config: Config; settings: LiveSettings; log: Log },
  opened: AsyncDisposableStack,
): OpenStore {
  const { data_dir, synchronous } = config.store;
  const lock = lockForServer(data_dir);
  opened.defer(() => lock.release());
  const inLog = config.cluster.servers.length > 0 ? "node" : "alone";
  const database = openDatabase(data_dir, { synchronous, mode: "server", inLog });
  if (database.hasLeftLog) {
    log.write("warning", "DEMARRAGE", "the database has left its cluster: this server runs alone");
  }
  const storage = new StorageWatch({
    database,
    dataDir: data_dir,
    reserve: () => settings.config.store.reserve_bytes,
    log,
    clock: systemClock,
  });
  opened.defer(() => {
    storage.stop();
    // Closing removes the write-ahead log by name. After a loss the name may belong to another database.
    if (!storage.lost) database.close();
  });
  return { database, storage, lock };
}
