// Computes password hashes in a worker, one after the other, so that the event loop of the chat never
// waits for one.
import { type HashInput, loadArgon2id } from "./argon2.ts";

/** What a worker says: that it can begin; a hash; or why there is none. */
export type WorkerAnswer =
  | { readonly ready: true }
  | { readonly hash: Uint8Array }
  | { readonly error: string };

/** Serves {@linkcode HashInput}s until the worker is terminated. */
export async function run(): Promise<void> {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<HashInput>) => void;
    postMessage(answer: WorkerAnswer): void;
  };
  const argon2id = await loadArgon2id();
  scope.onmessage = ({ data }) => {
    try {
      scope.postMessage({ hash: argon2id(data) });
    } catch (error) {
      scope.postMessage({ error: String(error) });
    }
  };
  // What is posted to a worker before it listens is lost.
  scope.postMessage({ ready: true });
}
