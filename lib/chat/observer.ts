// The events that the chat and the transports report. The log and the metrics are observers; the chat knows
// neither.
import type { CloseReason, Offence, PeerInfo } from "../net/peer.ts";
import type { ErrorCode } from "../protocol/error_codes.ts";

/** The possible results of a login. */
export const LOGIN_RESULTS = ["ok", "failed", "throttled", "busy", "banned"] as const;

/** One of {@linkcode LOGIN_RESULTS}. */
export type LoginResult = typeof LOGIN_RESULTS[number];

/** The results of joining with a token. */
export const RESUME_RESULTS = ["ok", "expired", "throttled", "banned"] as const;

/** One of {@linkcode RESUME_RESULTS}. */
export type ResumeResult = typeof RESUME_RESULTS[number];

/**
 * Why a connection was rejected: a limit, a ban of its address, or a proxy whose PROXY header is missing or
 * invalid.
 */
export const REFUSALS = [
  "connections",
  "connections_per_address",
  "banned",
  "proxy_header",
] as const;

/** One of {@linkcode REFUSALS}. */
export type RefusedConnection = typeof REFUSALS[number];

/** An action of a moderator or an operator. Texts may be hostile. Contents of messages are never included. */
export interface ModerationAct {
  readonly action: ModerationAction;
  /** The moderator's name, or `operator:` and the operator's. */
  readonly actor: string;
  /** The number of the actor's account, if it has one. */
  readonly actorAccount: number | null;
  /** The target: a name, an address, or the id of a message. */
  readonly target: string | null;
  readonly channel: string | null;
  readonly reason: string;
  /** When it ends, in milliseconds since 1970; `null` if it has no end. */
  readonly until: number | null;
}

/** The actions of moderators and operators. */
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
  "policy",
  "report",
  "disconnect",
  "reload",
  "shutdown",
  "user_export",
  "export_private",
  "user_add",
  "class_import",
  "user_end_sessions",
  "user_passwd",
  "user_role",
  "user_disable",
  "user_enable",
  "user_delete",
  "user_erase",
  "invite_create",
  "invite_revoke",
  "registration_open",
  "registration_close",
  "group_create",
  "group_delete",
  "group_rename",
  "group_add",
  "group_remove",
  "cluster_forget",
  "cluster_step_down",
] as const;

/** One of {@linkcode MODERATION_ACTIONS}. */
export type ModerationAction = typeof MODERATION_ACTIONS[number];

/** What one turn of the event loop delivered. */
export interface TurnReport {
  /** Messages to everyone or to a channel. */
  readonly global: number;
  /** Private messages. */
  readonly private: number;
  /** Messages given to outboxes, counted once for each recipient connection. */
  readonly deliveries: number;
  /** Duration of the transaction in seconds. */
  readonly commitSeconds: number;
  /** Seconds from reading the line of each message to giving it to the last outbox. */
  readonly latencies: readonly number[];
}

/** Receives every event that an administrator may want to see in the log or in a graph. */
export interface ServerObserver {
  /** A connection was accepted. It may still bring HTTP, or nothing. */
  accepted(peer: PeerInfo): void;
  /** A WebSocket opened, or a connection sent its first line, or ended without one for a reason of the server's. */
  connected(peer: PeerInfo): void;
  /** A connection was rejected: over a limit, or because its address is banned. */
  refusedConnection(peer: PeerInfo, limit: RefusedConnection): void;
  /** A connection ended. */
  disconnected(peer: PeerInfo, reason: CloseReason): void;
  /** A connection ended that was never reported as connected. */
  endedUnheard(peer: PeerInfo, reason: CloseReason): void;
  /** A connection became a guest or a member. */
  joined(peer: PeerInfo, name: string, kind: "guest" | "member"): void;
  /** A connection that had joined left: it ended, logged out, or got another user. */
  left(peer: PeerInfo, name: string): void;
  /** An account was created. */
  registered(peer: PeerInfo, name: string): void;
  /** A client tried to log in. The client claims `name`, which may be hostile. */
  login(peer: PeerInfo, name: string, result: LoginResult): void;
  /** A client joined with a token, or tried to. */
  resumed(peer: PeerInfo, result: ResumeResult): void;
  /** Logins to an account have failed this often today, from a network that its owner uses. */
  guessed(name: string, network: string, failures: number): void;
  /** A user set a state; `state` is free text and may be hostile. */
  stateChanged(peer: PeerInfo, name: string, state: string): void;
  /** A moderator or an operator acted; `peer` is the actor's connection. */
  moderated(peer: PeerInfo, act: ModerationAct): void;
  /** A slash command was run; `command` is the name of an existing command, or `unknown`. */
  commandRun(peer: PeerInfo, command: string): void;
  /** Messages kept for an account were written to its connection. */
  mailDelivered(peer: PeerInfo, messages: number): void;
  /** Private messages may not have arrived over a connection that ended. They are kept again. */
  mailReturned(peer: PeerInfo, messages: number): void;
  /** A connection behaves badly. With most offences, it is closed. */
  offence(peer: PeerInfo, offence: Offence): void;
  /** A request was rejected. */
  refusedRequest(peer: PeerInfo, code: ErrorCode): void;
  /** The messages of a turn were stored and given to the outboxes. */
  delivered(turn: TurnReport): void;
  /** The messages of a turn could not be stored and were rejected. */
  storeFailed(error: unknown, messages: number): void;
  /** A handler threw an error that is a bug; `request` is the type of the request, if it is a known type. */
  handlerFailed(peer: PeerInfo, request: string, error: unknown): void;
}
