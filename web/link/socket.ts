// The link to the server: connects, finds out when the connection is dead, and connects again.
import type { Link } from "../model/state.ts";
import { backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";

/** Silence after which the page asks whether the connection lives. */
export const SILENCE_MS = 25_000;

/** How long the answer may take; less when the machine has just woken up. */
export const PONG_MS = 8000;
export const WAKING_MS = 3000;

/** How long a connection may take to open. */
export const OPENING_MS = 10_000;

/** A connection that lived so long starts the waits anew. */
const STEADY_MS = 10_000;

/** Close code of a connection that the server ended on purpose. */
const POLICY = 1008;

/** What the link uses of a WebSocket. */
export interface SocketLike {
  send(text: string): void;
  close(): void;
}

/** What a WebSocket tells the link. */
export interface SocketEvents {
  onOpen(): void;
  onMessage(data: unknown): void;
  onClose(code: number, reason: string): void;
}

/** What the link needs, and whom it tells. */
export interface LinkOptions {
  open(events: SocketEvents): SocketLike;
  readonly clock: Clock;
  onLink(link: Link): void;
  onLine(line: Readonly<Record<string, unknown>>): void;
}

/** Why a link ended for good. */
export type Why = Extract<Link, { state: "off" }>["why"];

/** The link in use. */
export interface SocketLink {
  /** Writes a line; a line that cannot be written is dropped, and the link ends. */
  send(line: Readonly<Record<string, unknown>>): void;
  /** Connects now, if it is not connected. */
  connect(): void;
  /** Ends the connection for good. */
  disconnect(why: Why): void;
  /** The machine or the tab woke up, or the network is back: the connection is not believed. */
  wake(): void;
}

/** Makes a link. It does nothing before `connect`. */
export function createLink({ open, clock, onLink, onLine }: LinkOptions): SocketLink {
  let socket: SocketLike | undefined;
  let state: "idle" | "connecting" | "open" | "waiting" | "off" = "idle";
  let attempt = 0;
  let connection = 0;
  let opened = 0;
  let heard = 0;
  let probing = false;
  let cancel = () => {};

  /** One timer at a time: of the state that the link is in. */
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
      // It never opened.
    }
  }

  function connect(): void {
    if (state === "connecting" || state === "open") return;
    state = "connecting";
    arm(OPENING_MS, lost);
    onLink({ state: "connecting", since: clock.now() });
    const number = ++connection;
    // What an earlier connection says late is ignored.
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
    const line = parse(data);
    if (line !== undefined && line.type !== "pong") onLine(line);
  }

  function onClose(code: number, reason: string): void {
    const why = code === POLICY ? whyOf(reason) : undefined;
    if (why === undefined) lost();
    else disconnect(why);
  }

  /** Rings when the connection was silent for a while, or was not. */
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
    if (state !== "open" || socket === undefined) return;
    try {
      socket.send(JSON.stringify(line));
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

  return { send, connect, disconnect, wake };
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
