// Who may do what: every decision about it, as pure functions. Each returns what the asker is told,
// or nothing if the request may go on.
import type { AccountRole } from "../store/accounts.ts";
import type { ReasonOf } from "../protocol/error_codes.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Places } from "../protocol/phrases.ts";
import type { RequestType } from "../protocol/request.ts";
import type { Channel } from "../store/channels.ts";

/** What somebody is, in rising order of what they may do. */
export const RANKS = ["guest", "member", "moderator", "admin", "operator"] as const;

/** One of {@linkcode RANKS}. */
export type Rank = typeof RANKS[number];

/** Who asks, as far as permissions go. */
export interface Asker {
  readonly rank: Rank;
  /** The name as names are compared. */
  readonly key: string;
  readonly accountId: number | null;
}

/** A channel, as far as permissions go. */
export type Guarded = Pick<
  Channel,
  "name" | "roles" | "accounts" | "readOnly" | "closed" | "createdBy"
>;

/** Who may make a channel by joining one that does not exist. */
export type CreatePolicy = "anyone" | "members" | "moderators";

/** Whether `rank` is `least` or higher. */
export function atLeast(rank: Rank, least: Rank): boolean {
  return RANKS.indexOf(rank) >= RANKS.indexOf(least);
}

function refuse(reason: ReasonOf<"forbidden">, places: Places = {}): ProtocolError {
  return new ProtocolError("forbidden", { reason, places });
}

/** Requests that need a rank, whatever they are about. */
const LEAST_RANK: Partial<Record<RequestType, Rank>> = {
  kick: "moderator",
  mute: "moderator",
  unmute: "moderator",
  ban: "moderator",
  unban: "moderator",
  bans: "moderator",
  delete: "moderator",
  announce: "moderator",
  close_channel: "moderator",
  open_channel: "moderator",
  // Others do not get this far: to them these are unknown types.
  operator: "operator",
  clients: "operator",
  disconnect: "operator",
  reload: "operator",
  stats: "operator",
  shutdown: "operator",
  tail: "operator",
  audit: "operator",
  channel_create: "operator",
  channel_update: "operator",
  channel_delete: "operator",
  user_show: "operator",
  user_add: "operator",
  user_sessions: "operator",
  user_end_sessions: "operator",
  user_passwd: "operator",
  user_role: "operator",
  user_disable: "operator",
  user_enable: "operator",
  user_delete: "operator",
  user_erase: "operator",
};

/** Requests of somebody who chats: an operator is in no channel and has no name to speak under. */
const CHATTERS_ONLY: ReadonlySet<RequestType> = new Set<RequestType>([
  "message",
  "status",
  "login",
  "register",
  "password",
  "logout",
  "join",
  "leave",
  "resume",
  "sessions",
  "end_session",
  "overview",
  "seen",
]);

/** Whether a request of this type may come from somebody. */
export function mayRequest(asker: Asker, type: RequestType): ProtocolError | undefined {
  const least = LEAST_RANK[type];
  if (least === undefined || atLeast(asker.rank, least)) return undefined;
  return refuse("moderators");
}

/** Whether a request of this type may come from an operator. */
export function operatorMayRequest(type: RequestType): ProtocolError | undefined {
  if (!CHATTERS_ONLY.has(type)) return undefined;
  return refuse("operator");
}

/** Whether an operator may manage accounts, given the setting about it. */
export function mayManageAccounts(isAllowed: boolean): ProtocolError | undefined {
  if (isAllowed) return undefined;
  return refuse("accounts_closed");
}

/** Whether one may act on somebody: only on those of a lower rank. */
export function mayActOn(actor: Rank, target: Rank): ProtocolError | undefined {
  if (actor === "operator" || RANKS.indexOf(target) < RANKS.indexOf(actor)) return undefined;
  return refuse("rank");
}

/** Whether somebody is admitted to a channel: by role or higher, by account, or because all are. */
export function isAdmitted(asker: Asker, channel: Pick<Guarded, "roles" | "accounts">): boolean {
  const { roles, accounts } = channel;
  if (!isRestricted(channel)) return true;
  const { rank, key } = asker;
  if (rank === "operator") return true;
  // A guest may bear the name of an account that was deleted.
  return rank !== "guest" &&
    (accounts.includes(key) || roles.some((role: AccountRole) => atLeast(rank, role)));
}

/** Whether a channel is not for everyone. */
export function isRestricted({ roles, accounts }: Pick<Guarded, "roles" | "accounts">): boolean {
  return roles.length > 0 || accounts.length > 0;
}

/** Whether one may be told anything of a channel, or act in it. */
export function mayKnow(asker: Asker, channel: Guarded): ProtocolError | undefined {
  if (isAdmitted(asker, channel)) return undefined;
  return refuse("restricted");
}

/** Whether one may become a member of a channel. */
export function mayJoin(asker: Asker, channel: Guarded): ProtocolError | undefined {
  const unknown = mayKnow(asker, channel);
  if (unknown !== undefined) return unknown;
  if (!channel.closed || atLeast(asker.rank, "moderator")) return undefined;
  return refuse("closed", { channel: channel.name });
}

/** Whether one may read what is said in a channel, and who is in it. */
export function mayRead(
  asker: Asker,
  channel: Guarded,
  isMember: boolean,
): ProtocolError | undefined {
  return isMember ? mayKnow(asker, channel) : mayJoin(asker, channel);
}

/** Whether one may write in a channel that one is in. */
export function mayWrite(asker: Asker, channel: Guarded): ProtocolError | undefined {
  const unwelcome = mayJoin(asker, channel);
  if (unwelcome !== undefined) return unwelcome;
  if (!channel.readOnly || atLeast(asker.rank, "moderator")) return undefined;
  return refuse("read_only", { channel: channel.name });
}

/** Whether one may set a channel's topic: moderators may, and who made it. */
export function maySetTopic(asker: Asker, channel: Guarded): ProtocolError | undefined {
  const unknown = mayKnow(asker, channel);
  if (unknown !== undefined) return unknown;
  const isMaker = asker.accountId !== null && asker.accountId === channel.createdBy;
  if (isMaker && !channel.closed || atLeast(asker.rank, "moderator")) return undefined;
  return refuse("topic");
}

/** Whether one may make a channel. */
export function mayCreate(rank: Rank, policy: CreatePolicy): ProtocolError | undefined {
  const least = policy === "anyone" ? "guest" : policy === "members" ? "member" : "moderator";
  if (atLeast(rank, least)) return undefined;
  return new ProtocolError("unknown_channel", {
    reason: policy === "members" ? "create_members" : "create_moderators",
  });
}

/** Whether one may delete a message, given what is known of it; all refusals are alike. */
export function mayDelete(
  asker: Asker,
  message:
    | { readonly readable: boolean; readonly own: boolean; readonly senderRank: Rank }
    | undefined,
): ProtocolError | undefined {
  // Whether a message exists that one may not read is not told.
  if (message === undefined || !message.readable) {
    return refuse("not_yours");
  }
  return message.own ? undefined : mayActOn(asker.rank, message.senderRank);
}

/** Whether a private conversation may be read: those of accounts are kept apart, guests' names are not. */
export function mayReadPrivate(asker: Asker): ProtocolError | undefined {
  if (asker.accountId !== null) return undefined;
  return new ProtocolError("login_required", { reason: "accounts" });
}

/** Throws a refusal, if it is one. */
export function demand(refusal: ProtocolError | undefined): void {
  if (refusal !== undefined) throw refusal;
}
