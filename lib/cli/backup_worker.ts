// Makes a backup in a worker, so that a signal can stop the command while SQLite copies.
import {
  abandonBackup,
  type BackupOptions,
  type BackupReport,
  beginBackup,
  type BegunBackup,
  finishBackup,
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
 * @throws {StoreError} as {@linkcode finishBackup} does.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  let begun: BegunBackup | undefined;
  const abandon = () => begun && abandonBackup(begun);
  // Before the first file is created.
  const listeners = SIGNALS.map(([signal, number]) => {
    const stop = () => {
      abandon();
      // Nothing less stops SQLite.
      Deno.exit(128 + number);
    };
    Deno.addSignalListener(signal, stop);
    return () => Deno.removeSignalListener(signal, stop);
  });
  let worker: Worker | undefined;
  try {
    begun = beginBackup(options);
    worker = new Worker(new URL(Deno.mainModule), { type: "module", name: BACKUP_WORKER });
    const answer = await ask(worker, begun);
    if ("report" in answer) return answer.report;
    throw "failure" in answer ? new StoreError(answer.kind, answer.failure) : answer.bug;
  } finally {
    worker?.terminate();
    abandon();
    for (const remove of listeners) remove();
  }
}

function ask(worker: Worker, begun: BegunBackup): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer | "ready">) => {
      if (data === "ready") worker.postMessage(begun);
      else resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`the backup worker failed: ${event.message}`));
    };
  });
}

/** The worker's side: waits for the backup that has begun and finishes it. */
export function run(): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<BegunBackup>) => void;
    postMessage(answer: Answer | "ready"): void;
  };
  scope.onmessage = async ({ data }) => {
    try {
      scope.postMessage({ report: await finishBackup(data) });
    } catch (error) {
      scope.postMessage(
        error instanceof StoreError ? { failure: error.message, kind: error.kind } : { bug: error },
      );
    }
  };
  // Messages that are posted to a worker before it listens are lost.
  scope.postMessage("ready");
}
