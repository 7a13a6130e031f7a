// Several observers as one.
import type { ServerObserver } from "../../chat/observer.ts";

type Call = (...args: unknown[]) => void;

/**
 * Tells each of the observers everything, in order. One that throws keeps neither the others nor the
 * chat from going on.
 *
 * @param failed Told of what an observer threw.
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
  // The names are those that the chat calls: a new kind of event needs no line here.
  const told: Record<string, Call> = {};
  return new Proxy(told, {
    get: (known, name: keyof ServerObserver) => known[name] ??= tell(name),
  }) as unknown as ServerObserver;
}
