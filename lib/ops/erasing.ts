// What a command that erases does beside a server that may be running: work in short steps, and leave nothing
// of what was erased in any file.
import type { Database } from "../store/database.ts";
import { IndexFile } from "../store/search/index_file.ts";
import { Removals } from "../store/search/removals.ts";
import { doFor, SMALL_BATCH } from "../store/steps.ts";

// Each step keeps a running server from writing for a few milliseconds; between two it gets its turn.
const STEP_MS = 4;
const PAUSE_MS = 5;
const INDEX_STEP = { rows: 500, bytes: 2 ** 20, milliseconds: 200 };

/** Does batches until one does nothing, with pauses. */
export async function workBeside(batch: () => number): Promise<void> {
  while (!doFor(STEP_MS, batch).done) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/**
 * Overwrites what was erased: in the search index, which no server may be there to keep, and in the logs of
 * both databases.
 *
 * @throws What SQLite and the file system throw.
 */
export async function forgetErased(database: Database, dataDir: string): Promise<void> {
  const removals = new Removals(database);
  const upTo = removals.newest();
  const file = new IndexFile(dataDir);
  try {
    if (file.exists()) {
      while (file.use((index) => index.step(INDEX_STEP), () => {}).removedTo < upTo);
      file.forget();
    }
  } finally {
    file.close();
  }
  await workBeside(() => removals.forget(upTo, SMALL_BATCH));
  database.sqlite.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
}
