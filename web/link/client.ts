// Connects the model to the browser: events, storage, address bar, and one signal for the view.
import { type ReadonlySignal, signal } from "@preact/signals";
import { initialApp } from "../model/app.ts";
import { hrefOf, routeOf } from "../model/route.ts";
import type { App, Event } from "../model/state.ts";
import { browserName } from "./browser_name.ts";
import { browserClock } from "./clock.ts";
import { createRunner, type ViewCommand } from "./runner.ts";
import type { SocketEvents, SocketLike } from "./socket.ts";
import { createWireLog, type WireLog } from "./wire_log.ts";
import { browserStorage, type Storage } from "./storage.ts";
import { type Channel, markTab, nameTab } from "./tab.ts";

/** The model as the view uses it. */
export interface Client {
  /** The state. Changes by lines from the server are published once per frame. */
  readonly app: ReadonlySignal<App>;
  send(event: Event): void;
  /** The last lines in both directions. */
  readonly wire: WireLog;
}

/** The subprotocol of the WebSocket. */
const PROTOCOL = "classcord";

/** How often a hidden page is updated, in milliseconds. */
const HIDDEN_MS = 200;

/** Starts the page. `onCommand` is called with each command for the view. */
export function startClient(
  onCommand: (command: Exclude<ViewCommand, { type: "navigate" }>) => void,
): Client {
  const storage = browserStorage();
  const app = signal(initialApp(browserClock.now()));
  const publish = drawTogether((next: App) => app.value = next);
  const wire = createWireLog(browserClock.now);
  const runner = createRunner({
    open: openSocket,
    clock: browserClock,
    storage,
    onChange: publish,
    onWire: wire.add,
    onCommand(command) {
      if (command.type !== "navigate") return onCommand(command);
      const href = hrefOf(command.route);
      if (command.replace) history.replaceState(null, "", href);
      else if (location.hash !== href) history.pushState(null, "", href);
    },
  });
  listen(runner.send, { storage, wake: runner.wake });
  start(storage, runner.send);
  return { app, send: runner.send, wire };
}

/**
 * Sends the stored values to the model. A duplicate of a tab ignores the unsent messages, which the original sends.
 */
async function start(storage: Storage, send: (event: Event) => void): Promise<void> {
  const { after } = browserClock;
  const { tab, isSame } = await nameTab({ storage, channel: otherTabs(), after });
  send({
    type: "start",
    route: routeOf(location.hash),
    kept: {
      tab,
      client: browserName(navigator.userAgent),
      session: storage.read("tab", "session") ?? storage.read("device", "session"),
      drafts: storage.read("tab", "drafts"),
      outbox: isSame ? storage.read("tab", "outbox") : undefined,
      owner: storage.read("tab", "owner"),
      prefs: storage.read("device", "prefs"),
    },
  });
  tellAttention(send);
}

function otherTabs(): Channel | undefined {
  if (typeof BroadcastChannel === "undefined") return undefined;
  const channel = new BroadcastChannel("classcord");
  return {
    post: (note) => channel.postMessage(note),
    listen: (take) => channel.onmessage = ({ data }) => take(data),
  };
}

function openSocket({ onOpen, onMessage, onClose }: SocketEvents): SocketLike {
  // The address is relative to the page, which may be below a path prefix of a proxy.
  const url = new URL("./ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  url.search = "";
  const socket = new WebSocket(url, PROTOCOL);
  socket.onopen = onOpen;
  socket.onmessage = ({ data }) => onMessage(data);
  socket.onclose = ({ code, reason }) => onClose(code, reason);
  return socket;
}

function tellAttention(send: (event: Event) => void): void {
  const visible = document.visibilityState === "visible";
  send({ type: "attention", visible, focused: visible && document.hasFocus() });
}

function listen(
  send: (event: Event) => void,
  { storage, wake }: { storage: Storage; wake: () => void },
): void {
  addEventListener("hashchange", () => send({ type: "route", route: routeOf(location.hash) }));
  addEventListener("focus", () => tellAttention(send));
  addEventListener("blur", () => tellAttention(send));
  addEventListener("online", wake);
  addEventListener("pageshow", ({ persisted }) => {
    markTab(storage, false);
    if (persisted) wake();
  });
  addEventListener("pagehide", () => markTab(storage, true));
  document.addEventListener("visibilitychange", () => {
    const isHidden = document.visibilityState === "hidden";
    markTab(storage, isHidden);
    if (!isHidden) wake();
    tellAttention(send);
  });
}

/** Publishes a state that the user waits for at once, and any other state with the next frame. */
function drawTogether(publish: (app: App) => void): (app: App, urgent: boolean) => void {
  let latest: App | undefined;
  function flush(): void {
    if (latest === undefined) return;
    const app = latest;
    latest = undefined;
    publish(app);
  }
  return (app, urgent) => {
    const isScheduled = latest !== undefined;
    latest = app;
    if (urgent) flush();
    else if (!isScheduled) {
      // Browsers draw no frames for a hidden page.
      if (document.visibilityState === "visible") requestAnimationFrame(flush);
      else setTimeout(flush, HIDDEN_MS);
    }
  };
}
