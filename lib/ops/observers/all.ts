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
  return {
    connected: tell("connected"),
    refusedConnection: tell("refusedConnection"),
    disconnected: tell("disconnected"),
    joined: tell("joined"),
    left: tell("left"),
    registered: tell("registered"),
    login: tell("login"),
    guessed: tell("guessed"),
    stateChanged: tell("stateChanged"),
    moderated: tell("moderated"),
    commandRun: tell("commandRun"),
    mailDelivered: tell("mailDelivered"),
    mailReturned: tell("mailReturned"),
    offence: tell("offence"),
    refusedRequest: tell("refusedRequest"),
    delivered: tell("delivered"),
    storeFailed: tell("storeFailed"),
    handlerFailed: tell("handlerFailed"),
  };
}
