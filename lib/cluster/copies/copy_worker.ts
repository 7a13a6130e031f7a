// Copies the database for another node in a worker, because SQLite holds its thread until the copy is made.
import { COPY_WORKER } from "../../worker_names.ts";
import { copyDatabaseFile } from "./database_file.ts";

/** What to copy. */
interface CopyJob {
  readonly dataDir: string;
  readonly to: string;
}

/** The only message that the worker sends after the copy: the failure, if there was one. */
interface CopyAnswer {
  readonly failure?: string;
}

/**
 * Copies the committed database of a data directory to a file.
 *
 * @param workerUrl The main module of the program.
 * @throws {Error} With the reason, for example a full disk. The file does not exist then.
 */
export async function copyInWorker(
  dataDir: string,
  to: string,
  workerUrl = new URL(Deno.mainModule),
): Promise<void> {
  const worker = new Worker(workerUrl, { type: "module", name: COPY_WORKER });
  try {
    const { failure } = await ask(worker, { dataDir, to });
    if (failure !== undefined) throw new Error(failure);
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
