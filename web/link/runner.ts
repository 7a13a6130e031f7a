// Runs the model: sends it events, and executes its commands with the link, the timers and the storage.
import { initialApp } from "../model/app.ts";
import { reduce } from "../model/reduce.ts";
import type { App, Command, Event } from "../model/state.ts";
import type { Clock } from "./clock.ts";
import { createLink, type SocketEvents, type SocketLike, type SocketLink } from "./socket.ts";
import type { Storage } from "./storage.ts";

/** What the runner uses, and its callbacks. */
export interface RunnerOptions {
  open(events: SocketEvents): SocketLike;
  readonly clock: Clock;
  readonly storage: Storage;
  /**
   * Called after each event. `urgent`: whether the user waits for the result. Only lines from the server are not
   * urgent.
   */
  onChange(app: App, urgent: boolean): void;
  /** Called with each command for the view. */
  onCommand(command: ViewCommand): void;
  /** Called with each line that travels, in both directions. */
  onWire?(direction: "out" | "in", text: string): void;
}

/** The commands for the view. */
export type ViewCommand = Extract<Command, { type: "announce" | "notify" | "navigate" | "focus" }>;

/** A running model. */
export interface Runner {
  readonly app: App;
  send(event: Event): void;
  /** Checks the connection after the machine, the network or the tab has woken up. */
  wake(): void;
}

/** Starts the model. Its first event is `start`. The link connects after it. */
export function createRunner(options: RunnerOptions): Runner {
  const { clock, storage, onChange, onCommand } = options;
  const timers = new Map<string, () => void>();
  const waiting: Event[] = [];
  let app = initialApp(clock.now());
  let isReducing = false;

  const link: SocketLink = createLink({
    open: options.open,
    clock,
    onLink: (next) => send({ type: "link", link: next }),
    onLine: (line) => send({ type: "line", line }),
    onWire: (direction, text) => options.onWire?.(direction, text),
  });

  // A command may cause another event. It is applied after all commands of the current event.
  function send(event: Event): void {
    waiting.push(event);
    if (isReducing) return;
    isReducing = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) take(next);
    } finally {
      isReducing = false;
    }
  }

  function take(event: Event): void {
    const step = reduce(app, event, clock.now());
    app = step.app;
    for (const command of step.commands) run(command);
    onChange(app, event.type !== "line");
    if (event.type === "start") link.connect();
  }

  function run(command: Command): void {
    switch (command.type) {
      case "send":
        return link.send(command.line);
      case "send_text":
        return link.sendText(command.text);
      case "connect":
        return link.connect();
      case "disconnect":
        return link.disconnect(command.why);
      case "store":
        return storage.write(command.where, command.key, command.value);
      case "timer":
        timers.get(command.name)?.();
        timers.set(
          command.name,
          clock.after(command.ms, () => send({ type: "timer", name: command.name })),
        );
        return;
      default:
        return onCommand(command);
    }
  }

  return {
    get app() {
      return app;
    },
    send,
    wake: () => link.wake(),
  };
}
