// What the chat and the transports tell of themselves. The log and the metrics listen; nothing in
// the chat knows of either.
import type { CloseReason, Offence, PeerInfo } from "../net/peer.ts";
import type { ErrorCode } from "../protocol/error_codes.ts";

/** How a login ended. */
export const LOGIN_RESULTS = ["ok", "failed", "throttled", "busy", "banned"] as const;

/** One of {@linkcode LOGIN_RESULTS}. */
export type LoginResult = typeof LOGIN_RESULTS[number];

/** What turned a connection away: a limit, a ban of its address, or a proxy's missing or unsound PROXY header. */
export const REFUSALS = [
  "connections",
  "connections_per_address",
  "banned",
  "proxy_header",
] as const;

/** One of {@linkcode REFUSALS}. */
export type RefusedConnection = typeof REFUSALS[number];

/** An act of a moderator or an operator. Texts are hostile; contents of messages are never among them. */
export interface ModerationAct {
  readonly action: ModerationAction;
  /** The moderator's name, or `operator:` and the operator's. */
  readonly actor: string;
  /** The number of the actor's account, if it has one. */
  readonly actorAccount: number | null;
  /** Whom it hits: a name, an address, or the number of a message. */
  readonly target: string | null;
  readonly channel: string | null;
  readonly reason: string;
  /** When it ends, in milliseconds since 1970; `null` where it does not, or does not last. */
  readonly until: number | null;
}

/** What moderators and operators do. */
export const MODERATION_ACTIONS = [
  "kick",
  "mute",
  "unmute",
  "ban",
  "unban",
  "delete",
  "topic",
  "announce",
  "close_channel",
  "open_channel",
  "channel_create",
  "channel_delete",
  "channel_update",
  "disconnect",
  "reload",
  "shutdown",
  "user_add",
  "user_passwd",
  "user_role",
  "user_disable",
  "user_enable",
  "user_delete",
  "user_erase",
] as const;

/** One of {@linkcode MODERATION_ACTIONS}. */
export type ModerationAction = typeof MODERATION_ACTIONS[number];

/** What one turn of the event loop delivered. */
export interface TurnReport {
  /** Messages to everyone or to a channel. */
  readonly global: number;
  /** Private messages. */
  readonly private: number;
  /** Messages handed to outboxes, one for each recipient connection. */
  readonly deliveries: number;
  /** Seconds that the transaction took. */
  readonly commitSeconds: number;
  /** Seconds from the read of each message's line to its hand-over to the last outbox. */
  readonly latencies: readonly number[];
}

/** Told of everything that an administrator may want to see in the log or in a graph. */
export interface ServerObserver {
  /** A connection was accepted. */
  connected(peer: PeerInfo): void;
  /** A connection was rejected: over a limit, or because its address is banned. */
  refusedConnection(peer: PeerInfo, limit: RefusedConnection): void;
  /** A connection ended. */
  disconnected(peer: PeerInfo, reason: CloseReason): void;
  /** A connection became a guest or a member. */
  joined(peer: PeerInfo, name: string, kind: "guest" | "member"): void;
  /** A connection that had joined left: it ended, logged out, or took another identity. */
  left(peer: PeerInfo, name: string): void;
  /** An account was made. */
  registered(peer: PeerInfo, name: string): void;
  /** A login was tried; `name` is what the client claimed, hostile. */
  login(peer: PeerInfo, name: string, result: LoginResult): void;
  /** So many logins of an account failed today from a network where its owner logs in. */
  guessed(name: string, network: string, failures: number): void;
  /** A user set a state; `state` is free text, hostile. */
  stateChanged(peer: PeerInfo, name: string, state: string): void;
  /** A moderator or an operator acted; `peer` is theirs. */
  moderated(peer: PeerInfo, act: ModerationAct): void;
  /** A slash command was run; `command` is one of ours, or `unknown`. */
  commandRun(peer: PeerInfo, command: string): void;
  /** Private messages that waited for an account were written to it. */
  mailDelivered(peer: PeerInfo, messages: number): void;
  /** Private messages may not have arrived over a connection that ended, and wait again. */
  mailReturned(peer: PeerInfo, messages: number): void;
  /** A connection is closed for bad behaviour. */
  offence(peer: PeerInfo, offence: Offence): void;
  /** A request was refused. */
  refusedRequest(peer: PeerInfo, code: ErrorCode): void;
  /** One turn's messages were stored and handed to the outboxes. */
  delivered(turn: TurnReport): void;
  /** One turn's messages could not be stored, and were refused. */
  storeFailed(error: unknown, messages: number): void;
  /** A handler threw: a bug. `request` is the request's type, as far as it is known to us. */
  handlerFailed(peer: PeerInfo, request: string, error: unknown): void;
}
