// Combines several observers.
import type { ServerObserver } from "../../chat/observer.ts";

type Call = (...args: unknown[]) => void;

/**
 * Passes each event to all observers, in order. An error of one observer affects neither the others nor the chat.
 *
 * @param failed Called with the errors of observers.
 */
export function observeWith(
  observers: readonly Partial<ServerObserver>[],
  failed: (error: unknown) => void,
): ServerObserver {
  function tell(name: keyof ServerObserver): Call {
    return (...args) => {
      for (const observer of observers) {
        try {
          (observer[name] as Call | undefined)?.(...args);
        } catch (error) {
          failed(error);
        }
      }
    };
  }
  // The chat determines the names, so that a new kind of event needs no line here.
  const told: Record<string, Call> = {};
  return new Proxy(told, {
    get: (known, name: keyof ServerObserver) => known[name] ??= tell(name),
  }) as unknown as ServerObserver;
}
