// Computes password hashes in a worker, one after the other, so that the event loop of the chat never
// waits for one.
import { type HashInput, loadArgon2id } from "./argon2.ts";

/** What a worker answers: the hash, or why there is none. */
export type HashAnswer = { readonly hash: Uint8Array } | { readonly error: string };

/** Serves {@linkcode HashInput}s until the worker is terminated. */
export function run(): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<HashInput>) => void;
    postMessage(answer: HashAnswer): void;
  };
  const loaded = loadArgon2id();
  scope.onmessage = async ({ data }) => {
    try {
      const argon2id = await loaded;
      scope.postMessage({ hash: argon2id(data) });
    } catch (error) {
      scope.postMessage({ error: String(error) });
    }
  };
}
