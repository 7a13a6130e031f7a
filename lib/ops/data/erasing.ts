// What a command that erases does where no server runs: it leaves nothing of what was erased in any file.
import type { Database } from "../../store/database.ts";
import { IndexFile } from "../../store/search/index_file.ts";
import { Removals } from "../../store/search/removals.ts";
import { inSteps, SMALL_BATCH } from "../../store/steps.ts";

const INDEX_STEP = { rows: 500, bytes: 2 ** 20, milliseconds: 200 };

/**
 * Overwrites what was erased: in the search index, which no server may be there to keep, and in the logs of
 * both databases.
 *
 * @throws What SQLite and the file system throw.
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
