// Accepts connections until the listener is closed. A failure, such as no free descriptor, only makes a pause.

/** What a loop works with. */
export interface AcceptOptions<Accepted> {
  readonly listener: { accept(): Promise<Accepted> };
  readonly take: (accepted: Accepted) => void;
  readonly isClosed: () => boolean;
  /** Told of each failure; the next try follows after a pause. */
  readonly failed: (error: unknown) => void;
}

const PAUSE_MS = 100;
// The client left before it was accepted.
const LEFT = [
  Deno.errors.NotConnected,
  Deno.errors.ConnectionAborted,
  Deno.errors.ConnectionReset,
];

/** Accepts all that come. Resolves once the listener is closed; never rejects. */
export async function acceptAll<Accepted>(
  { listener, take, isClosed, failed }: AcceptOptions<Accepted>,
): Promise<void> {
  while (!isClosed()) {
    try {
      take(await listener.accept());
    } catch (error) {
      if (isClosed()) return;
      if (LEFT.some((type) => error instanceof type)) continue;
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
