// The worker that computes password hashes one by one, so that the event loop of the chat never waits for them.
import { type HashInput, loadArgon2id } from "./argon2.ts";

/** A message from the worker: it is ready, a hash, or the reason why hashing failed. */
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
  // A message posted to a worker before it listens is lost.
  scope.postMessage({ ready: true });
}
