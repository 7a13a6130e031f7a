// Makes a whole backup in the thread of the test.
import {
  type BackupOptions,
  type BackupReport,
  beginBackup,
  finishBackup,
} from "../../lib/ops/data/backup.ts";

/** Makes a backup. @throws {StoreError} */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  return await finishBackup(beginBackup(options));
}
