// Copies the database for another node in a worker, because SQLite holds its thread until the copy is made.
import { COPY_WORKER } from "../../worker_names.ts";
import { copyDatabaseFile, removeFile } from "./database_file.ts";

/** What to copy. */
interface CopyJob {
  readonly dataDir: string;
  readonly to: string;
}

/** Options of a copy. */
export interface CopyWorkerOptions {
  readonly workerUrl?: URL;
  readonly signal?: AbortSignal;
}

/** The only message that the worker sends after the copy: the failure, if there was one. */
interface CopyAnswer {
  readonly failure?: string;
}

/**
 * Copies the committed database of a data directory to a file.
 *
 * @param options.workerUrl The main module of the program.
 * @param options.signal Ends the copy.
 * @throws {Error} With the reason, for example a full disk. The file does not exist then.
 */
export async function copyInWorker(
  dataDir: string,
  to: string,
  { workerUrl = new URL(Deno.mainModule), signal }: CopyWorkerOptions = {},
): Promise<void> {
  const worker = new Worker(workerUrl, { type: "module", name: COPY_WORKER });
  try {
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(new Error("the copy was ended"));
    signal?.addEventListener("abort", abort);
    const { failure } = await Promise.race([ask(worker, { dataDir, to }), aborted.promise])
      .finally(() => signal?.removeEventListener("abort", abort));
    if (failure !== undefined) throw new Error(failure);
  } catch (error) {
    // A worker that was ended leaves what it has written.
    worker.terminate();
    removeFile(to);
    throw error;
  } finally {
    worker.terminate();
  }
}

function ask(worker: Worker, job: CopyJob): Promise<CopyAnswer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<CopyAnswer | "ready">) => {
      if (data === "ready") worker.postMessage(job);
      else resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`the worker that copies the database failed: ${event.message}`));
    };
  });
}

/** The worker's side: waits for the job and makes the copy. */
export function run(): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<CopyJob>) => void;
    postMessage(answer: CopyAnswer | "ready"): void;
  };
  scope.onmessage = async ({ data: { dataDir, to } }) => {
    try {
      await copyDatabaseFile(dataDir, to);
      scope.postMessage({});
    } catch (error) {
      scope.postMessage({ failure: error instanceof Error ? error.message : String(error) });
    }
  };
  // Messages that are posted to a worker before it listens are lost.
  scope.postMessage("ready");
}
