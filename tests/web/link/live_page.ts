// The model of the page with a real WebSocket to a real server, but without a view.
import { browserClock, type Clock } from "../../../web/link/clock.ts";
import { createRunner, type Runner, type ViewCommand } from "../../../web/link/runner.ts";
import type { App, Event, Kept, Room, RoomKey, Route } from "../../../web/model/state.ts";
import { itemsOf } from "../../../web/model/window.ts";
import { NOTHING_KEPT } from "../model/fakes.ts";

const DEADLINE_MS = 30_000;
const KEYS = ["session", "drafts", "outbox", "owner", "prefs"] as const;

/** An open page. */
export class LivePage implements AsyncDisposable {
  readonly #runner: Runner;
  readonly #sockets = new Map<WebSocket, Promise<void>>();
  readonly #timers = new Set<() => void>();
  readonly #stored: Map<string, unknown>;
  readonly commands: ViewCommand[] = [];
  #wake: () => void = () => {};
  #isOver = false;
  port: number;

  /** @param stored What the browser has stored for this tab. */
  constructor(
    port: number,
    { stored = new Map(), route = { at: "home" } }: {
      stored?: Map<string, unknown>;
      route?: Route;
    } = {},
  ) {
    this.port = port;
    this.#stored = stored;
    const clock: Clock = {
      ...browserClock,
      after: (ms, run) => {
        const cancel = browserClock.after(ms, () => {
          this.#timers.delete(cancel);
          run();
        });
        this.#timers.add(cancel);
        return () => {
          this.#timers.delete(cancel);
          cancel();
        };
      },
    };
    this.#runner = createRunner({
      clock,
      storage: {
        read: (where, key) => stored.get(`${where}.${key}`),
        write: (where, key, value) =>
          void stored.set(`${where}.${key}`, value && structuredClone(value)),
      },
      open: (events) => this.#open(events),
      onChange: () => this.#wake(),
      onCommand: (command) => void this.commands.push(command),
    });
    const kept = Object.fromEntries(KEYS.map((key) => [key, stored.get(`tab.${key}`)])) as Partial<
      Kept
    >;
    this.send({ type: "start", kept: { ...NOTHING_KEPT, ...kept, tab: "tab-of-the-test" }, route });
  }

  #open({ onOpen, onMessage, onClose }: Parameters<Parameters<typeof createRunner>[0]["open"]>[0]) {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/ws`, "classcord");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sockets.set(socket, promise);
    socket.onopen = onOpen;
    socket.onmessage = ({ data }) => onMessage(data);
    socket.onclose = ({ code, reason }) => {
      resolve();
      if (!this.#isOver) onClose(code, reason);
    };
    return socket;
  }

  get app(): App {
    return this.#runner.app;
  }

  /** Returns what the browser stores for this tab. */
  get stored(): Map<string, unknown> {
    return this.#stored;
  }

  send(event: Event): void {
    this.#runner.send(event);
  }

  /** Waits until a condition on the state is true. */
  async until(what: string, is: (app: App) => boolean): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!is(this.app)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const late = setTimeout(resolve, deadline - Date.now());
      await promise;
      clearTimeout(late);
      if (Date.now() >= deadline) {
        throw new Error(`waited for: ${what}; ${JSON.stringify(this.app.link)}`);
      }
    }
  }

  /** Waits until the page has signed in and has read the room that it shows. */
  caughtUp(): Promise<void> {
    return this.until(
      "caught up",
      ({ link, outbox }) => link.state === "open" && link.caughtUp && outbox.length === 0,
    );
  }

  /** Returns a room that the page knows. */
  room(key: RoomKey): Room {
    return this.app.rooms.get(key)!;
  }

  /** Returns the contents of the messages in a room. */
  contents(key: RoomKey): string[] {
    return [...itemsOf(this.room(key).window)].map(({ content }) => content);
  }

  /** Cuts the connection without closing it towards the server. */
  cut(): void {
    for (const socket of this.#sockets.keys()) socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const cancel of [...this.#timers]) cancel();
    this.cut();
    await Promise.all(this.#sockets.values());
    for (const cancel of [...this.#timers]) cancel();
  }
}
