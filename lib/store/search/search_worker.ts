// The worker that maintains and searches the index, so that the event loop of the chat never waits for it.
import { IndexFile } from "./index_file.ts";
import type { SearchScope } from "./scope.ts";
import { type Found, SearchExpired, type StepBudget, type StepDone } from "./search_index.ts";

/** A search to run. */
export interface FindJob {
  readonly kind: "find";
  readonly query: string;
  readonly scope: SearchScope;
  /** The time limit, in milliseconds. */
  readonly limitMs: number;
}

/** A request to the worker. `open` is the first, `close` the last. */
export type WorkerJob =
  | { readonly kind: "open"; readonly dataDir: string }
  | FindJob
  | { readonly kind: "step"; readonly budget: StepBudget }
  | { readonly kind: "empty_logs" }
  | { readonly kind: "close" };

/** A message from the worker: it is ready, it answers a job, or it says why it rebuilds the index. */
export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "rebuilt"; readonly why: string }
  | { readonly kind: "found"; readonly found: Found }
  | { readonly kind: "expired"; readonly milliseconds: number }
  | { readonly kind: "done"; readonly done: StepDone }
  | { readonly kind: "emptied"; readonly areEmpty: boolean }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "closed" };

// 16 MiB. Each time the log restarts, the server waits for the disk once.
const CHECKPOINT_PAGES = 4_096;

/** Serves jobs until the worker is terminated. */
export function run(): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<WorkerJob>) => void;
    postMessage(answer: WorkerAnswer): void;
  };
  const rebuilt = (why: string) => scope.postMessage({ kind: "rebuilt", why });
  let file: IndexFile | undefined;
  scope.onmessage = ({ data }) => {
    try {
      if (data.kind === "open") file = new IndexFile(data.dataDir);
      else scope.postMessage(serve(data, file!, rebuilt));
    } catch (error) {
      scope.postMessage(
        error instanceof SearchExpired
          ? { kind: "expired", milliseconds: error.milliseconds }
          : { kind: "failed", error: error instanceof Error ? error.message : String(error) },
      );
    }
  };
  // A message posted to a worker before it listens is lost.
  scope.postMessage({ kind: "ready" });
}

function serve(
  job: Exclude<WorkerJob, { kind: "open" }>,
  file: IndexFile,
  rebuilt: (why: string) => void,
): WorkerAnswer {
  switch (job.kind) {
    case "find": {
      const { query, scope, limitMs } = job;
      const found = file.use((index) => index.find(query, scope, limitMs), rebuilt);
      return { kind: "found", found };
    }
    case "step": {
      const done = file.use((index) => index.step(job.budget), rebuilt);
      file.checkpoint(CHECKPOINT_PAGES);
      return { kind: "done", done };
    }
    case "empty_logs":
      return { kind: "emptied", areEmpty: file.emptyLogs() };
    case "close":
      file.close();
      return { kind: "closed" };
  }
}
