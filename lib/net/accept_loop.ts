// Accepts connections until the listener is closed. After a failure, such as no free file descriptor, it tries again.
import type { AcceptPace } from "./turns/accept_pace.ts";

/** What the accept loop works with. */
export interface AcceptOptions<Accepted> {
  readonly listener: { accept(): Promise<Accepted> };
  readonly take: (accepted: Accepted) => void;
  readonly isClosed: () => boolean;
  /** Decides when the next connection is accepted. Without it, at once. */
  readonly pace?: Pick<AcceptPace, "next"> | undefined;
  /** Called for each failure. The loop tries again after a pause. */
  readonly failed: (error: unknown) => void;
}

const PAUSE_MS = 100;
// Errors that mean that the client left before its connection was accepted.
const LEFT = [
  Deno.errors.NotConnected,
  Deno.errors.ConnectionAborted,
  Deno.errors.ConnectionReset,
];

/** Accepts one connection after the other. Resolves once the listener is closed; never rejects. */
export async function acceptAll<Accepted>(
  { listener, take, isClosed, failed, pace }: AcceptOptions<Accepted>,
): Promise<void> {
  while (!isClosed()) {
    try {
      take(await listener.accept());
      const turn = pace?.next();
      if (turn !== undefined) await turn;
    } catch (error) {
      if (isClosed()) return;
      if (LEFT.some((type) => error instanceof type)) continue;
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
