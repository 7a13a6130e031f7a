// Makes a backup in a worker, so that a signal can stop the command while SQLite copies.
import {
  type BackupOptions,
  type BackupReport,
  makeBackup,
  removePartialBackup,
} from "../ops/data/backup.ts";
import { StoreError, type StoreFailure } from "../store/errors.ts";
import { BACKUP_WORKER } from "../worker_names.ts";

/** The only message that the worker sends after the backup. */
type Answer =
  | { readonly report: BackupReport }
  /** The error as a sentence, if no backup was made. */
  | { readonly failure: string; readonly kind: StoreFailure }
  | { readonly bug: unknown };

const SIGNALS: readonly (readonly [Deno.Signal, number])[] = [
  ["SIGHUP", 1],
  ["SIGINT", 2],
  ["SIGTERM", 15],
];

/**
 * Makes a backup. SIGHUP, SIGINT and SIGTERM end the process and delete the unfinished copy.
 *
 * @throws {StoreError} as {@linkcode makeBackup} does.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const worker = new Worker(new URL(Deno.mainModule), { type: "module", name: BACKUP_WORKER });
  const listeners = SIGNALS.map(([signal, number]) => {
    const stop = () => {
      removePartialBackup(options);
      // Nothing less stops SQLite.
      Deno.exit(128 + number);
    };
    Deno.addSignalListener(signal, stop);
    return () => Deno.removeSignalListener(signal, stop);
  });
  try {
    const answer = await ask(worker, options);
    if ("report" in answer) return answer.report;
    throw "failure" in answer ? new StoreError(answer.kind, answer.failure) : answer.bug;
  } finally {
    worker.terminate();
    for (const remove of listeners) remove();
  }
}

function ask(worker: Worker, options: BackupOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer | "ready">) => {
      if (data === "ready") worker.postMessage(options);
      else resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`the backup worker failed: ${event.message}`));
    };
  });
}

/** The worker's side: waits for the options and makes the backup. */
export function run(): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<BackupOptions>) => void;
    postMessage(answer: Answer | "ready"): void;
  };
  scope.onmessage = async ({ data }) => {
    try {
      scope.postMessage({ report: await makeBackup(data) });
    } catch (error) {
      scope.postMessage(
        error instanceof StoreError ? { failure: error.message, kind: error.kind } : { bug: error },
      );
    }
  };
  // Messages that are posted to a worker before it listens are lost.
  scope.postMessage("ready");
}
