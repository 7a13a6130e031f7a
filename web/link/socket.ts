// Implements the link to the server: it connects, detects dead connections, and reconnects.
import type { Link } from "../model/state.ts";
import { backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";

/** How long the server may be silent before the page sends a ping, in milliseconds. */
export const SILENCE_MS = 25_000;

/** How long the pong may take, in milliseconds. The limit is shorter when the machine has just woken up. */
export const PONG_MS = 8000;
export const WAKING_MS = 3000;

/** How long a connection may take to open, in milliseconds. */
export const OPENING_MS = 10_000;

/** How long a connection must last to reset the waits between attempts, in milliseconds. */
const STEADY_MS = 10_000;

/** The close code of a connection that the server closed deliberately. */
const POLICY = 1008;

/** The part of a WebSocket that the link uses. */
export interface SocketLike {
  send(text: string): void;
  close(): void;
}

/** The callbacks of a WebSocket. */
export interface SocketEvents {
  onOpen(): void;
  onMessage(data: unknown): void;
  onClose(code: number, reason: string): void;
}

/** What the link uses, and its callbacks. */
export interface LinkOptions {
  open(events: SocketEvents): SocketLike;
  readonly clock: Clock;
  onLink(link: Link): void;
  onLine(line: Readonly<Record<string, unknown>>): void;
  /** Called with each line that travels, in both directions. */
  onWire?(direction: "out" | "in", text: string): void;
}

/** Why a link does not connect again. */
export type Why = Extract<Link, { state: "off" }>["why"];

/** A link. */
export interface SocketLink {
  /** Writes a line. If that fails, the line is dropped and the link reconnects. */
  send(line: Readonly<Record<string, unknown>>): void;
  /** Writes a text that the user typed, as it is. It need not be JSON. */
  sendText(text: string): void;
  /** Connects now, unless it is connected. */
  connect(): void;
  /** Closes the connection, and does not reconnect. */
  disconnect(why: Why): void;
  /** Checks the connection after the machine, the tab or the network has woken up. */
  wake(): void;
}

/** Creates a link. It does not connect before `connect` is called. */
export function createLink({ open, clock, onLink, onLine, onWire }: LinkOptions): SocketLink {
  let socket: SocketLike | undefined;
  let state: "idle" | "connecting" | "open" | "waiting" | "off" = "idle";
  let attempt = 0;
  let connection = 0;
  let opened = 0;
  let heard = 0;
  let probing = false;
  let cancel = () => {};

  /** Sets the timer of the current state. There is only one timer at a time. */
  function arm(ms: number, run: () => void): void {
    cancel();
    cancel = clock.after(ms, run);
  }

  function detach(): void {
    const old = socket;
    socket = undefined;
    probing = false;
    try {
      old?.close();
    } catch {
      // The connection was never open.
    }
  }

  function connect(): void {
    if (state === "connecting" || state === "open") return;
    state = "connecting";
    arm(OPENING_MS, lost);
    onLink({ state: "connecting", since: clock.now() });
    const number = ++connection;
    // Late events of an earlier connection are ignored.
    function now<A extends unknown[]>(take: (...args: A) => void): (...args: A) => void {
      return (...args) => number === connection && socket !== undefined && take(...args);
    }
    try {
      socket = open({ onOpen: now(onOpen), onMessage: now(onMessage), onClose: now(onClose) });
    } catch {
      lost();
    }
  }

  function onOpen(): void {
    state = "open";
    opened = heard = clock.now();
    arm(SILENCE_MS, listen);
    onLink({ state: "open", since: opened, joined: false, caughtUp: false });
  }

  function onMessage(data: unknown): void {
    heard = clock.now();
    if (probing) {
      probing = false;
      arm(SILENCE_MS, listen);
    }
    if (typeof data === "string") onWire?.("in", data);
    const line = parse(data);
    if (line !== undefined && line.type !== "pong") onLine(line);
  }

  function onClose(code: number, reason: string): void {
    const why = code === POLICY ? whyOf(reason) : undefined;
    if (why === undefined) lost();
    else disconnect(why);
  }

  /** Sends a ping if the connection has been silent, or waits further. */
  function listen(): void {
    const silence = clock.now() - heard;
    if (silence < SILENCE_MS) arm(SILENCE_MS - silence, listen);
    else probe(PONG_MS);
  }

  function probe(deadline: number): void {
    probing = true;
    arm(deadline, lost);
    send({ type: "ping" });
  }

  function lost(): void {
    if (state === "off") return;
    const now = clock.now();
    if (state === "open" && now - opened >= STEADY_MS) attempt = 0;
    detach();
    state = "waiting";
    const ms = backoff(attempt++, clock.random());
    arm(ms, connect);
    onLink({ state: "waiting", since: now, until: now + ms });
  }

  function send(line: Readonly<Record<string, unknown>>): void {
    sendText(JSON.stringify(line));
  }

  function sendText(text: string): void {
    if (state !== "open" || socket === undefined) return;
    try {
      socket.send(text);
      onWire?.("out", text);
    } catch {
      lost();
    }
  }

  function disconnect(why: Why): void {
    if (state === "off") return;
    cancel();
    detach();
    state = "off";
    onLink({ state: "off", why });
  }

  function wake(): void {
    if (state === "waiting") connect();
    else if (state === "open") probe(WAKING_MS);
  }

  return { send, sendText, connect, disconnect, wake };
}

function whyOf(reason: string): Why | undefined {
  return reason === "banned" || reason === "kicked" || reason === "replaced" ? reason : undefined;
}

function parse(data: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const line = JSON.parse(data);
    return typeof line === "object" && line !== null && !Array.isArray(line) ? line : undefined;
  } catch {
    return undefined;
  }
}
