// Completes an erasure when no server runs, so that no file contains the erased data.
import type { Database } from "../../store/database.ts";
import { IndexFile } from "../../store/search/index_file.ts";
import { Removals } from "../../store/search/removals.ts";
import { inSteps, SMALL_BATCH } from "../../store/steps.ts";

const INDEX_STEP = { rows: 500, bytes: 2 ** 20, milliseconds: 200 };

/**
 * Overwrites erased data in the search index, which no server may be maintaining, and in the logs of both databases.
 *
 * @throws The error of SQLite or the file system.
 */
export async function forgetErased(database: Database): Promise<void> {
  const removals = new Removals(database);
  const upTo = removals.newest();
  const file = new IndexFile(database.path.replace(/\/[^/]*$/, ""));
  try {
    if (file.exists()) {
      while (file.use((index) => index.step(INDEX_STEP), () => {}).removedTo < upTo);
      file.emptyLogs();
    }
  } finally {
    file.close();
  }
  await inSteps(() => removals.forget(upTo, SMALL_BATCH));
  database.sqlite.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
}
