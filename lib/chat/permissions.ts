// Every decision about permissions, as pure functions. Each returns the error for the asker, or `undefined` if the
// request is permitted.
import type { AccountRole } from "../store/accounts.ts";
import type { ReasonOf } from "../protocol/error_codes.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Places } from "../protocol/phrases.ts";
import type { RequestType } from "../protocol/request.ts";
import { managementSchemas } from "../protocol/requests/families.ts";
import type { Channel } from "../store/channels.ts";

/** The ranks, from the one with the fewest permissions to the one with the most. */
export const RANKS = ["guest", "member", "moderator", "admin", "operator"] as const;

/** One of {@linkcode RANKS}. */
export type Rank = typeof RANKS[number];

/** What permissions depend on, of the user or operator who asks. */
export interface Asker {
  readonly rank: Rank;
  /** The key of the name, by which names are compared. */
  readonly key: string;
  readonly accountId: number | null;
  /** The ids of the channels that invitations admit a guest to. */
  readonly invitedTo?: ReadonlySet<number> | undefined;
  /** The keys of the groups that the account is in. */
  readonly groups: readonly string[];
}

/** What permissions depend on, of a channel. */
export type Guarded = Pick<
  Channel,
  "id" | "name" | "roles" | "accounts" | "groups" | "readOnly" | "closed" | "createdBy"
>;

/** Who is admitted to a channel. */
export type Admission = Pick<Guarded, "roles" | "accounts" | "groups">;

/** Who may create a channel by joining one that does not exist. */
export type CreatePolicy = "anyone" | "members" | "moderators";

/** Whether `rank` is `least` or higher. */
export function atLeast(rank: Rank, least: Rank): boolean {
  return RANKS.indexOf(rank) >= RANKS.indexOf(least);
}

/** Returns the error of a refusal. */
export function refuse(reason: ReasonOf<"forbidden">, places: Places = {}): ProtocolError {
  return new ProtocolError("forbidden", { reason, places });
}

/** The requests that admins make over TLS only: some have passwords, and all change who may enter. */
const MANAGEMENT = Object.keys(managementSchemas) as (keyof typeof managementSchemas)[];

/** The rank that a type of request needs, whatever the request is about. */
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
  classes: "moderator",
  class: "moderator",
  attendance: "moderator",
  // For all other ranks these types do not exist: the dispatcher has rejected them already.
  operator: "operator",
  clients: "operator",
  disconnect: "operator",
  reload: "operator",
  stats: "operator",
  shutdown: "operator",
  tail: "operator",
  audit: "operator",
  note_export: "operator",
  cluster: "operator",
  cluster_forget: "operator",
  cluster_step_down: "operator",
  channel_create: "operator",
  channel_update: "operator",
  channel_delete: "operator",
  ...Object.fromEntries(MANAGEMENT.map((type) => [type, "admin"])),
  user_delete: "operator",
  user_erase: "operator",
};

/** Requests for users only: an operator is in no channel and has no name to write under. */
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
  "report",
  "invite",
]);

/**
 * Whether the asker may send a request of this type.
 *
 * @param secure Whether nobody on the network can read the connection.
 */
export function mayRequest(
  asker: Asker,
  type: RequestType,
  secure = false,
): ProtocolError | undefined {
  const least = LEAST_RANK[type];
  if (least === undefined) return undefined;
  if (!atLeast(asker.rank, least)) return refuse("moderators");
  return secure || !Object.hasOwn(managementSchemas, type) ? undefined : refuse("clear_management");
}

/** Whether an operator may send a request of this type. */
export function operatorMayRequest(type: RequestType): ProtocolError | undefined {
  if (!CHATTERS_ONLY.has(type)) return undefined;
  return refuse("operator");
}

/** Whether accounts may be managed here. @param isAllowed The setting that allows it. */
export function mayManageAccounts(isAllowed: boolean): ProtocolError | undefined {
  if (isAllowed) return undefined;
  return refuse("accounts_closed");
}

/** Whether an actor may act on a target. The target needs a lower rank. */
export function mayActOn(actor: Rank, target: Rank): ProtocolError | undefined {
  if (actor === "operator" || RANKS.indexOf(target) < RANKS.indexOf(actor)) return undefined;
  return refuse("rank");
}

/** Whether an actor may give an account a role. It must be lower than the actor's rank. */
export function mayGiveRole(actor: Rank, role: AccountRole): ProtocolError | undefined {
  return mayActOn(actor, role);
}

/**
 * Whether a channel admits the asker: by role or a higher one, by account, by group, by an invitation, or because it is
 * open to all.
 */
export function isAdmitted(asker: Asker, channel: Admission & Pick<Guarded, "id">): boolean {
  const { roles, accounts, groups } = channel;
  if (!isRestricted(channel) || asker.invitedTo?.has(channel.id) === true) return true;
  const { rank, key } = asker;
  if (rank === "operator") return true;
  // A guest may have the name of a deleted account, so a guest is never admitted by name.
  return rank !== "guest" &&
    (accounts.includes(key) || roles.some((role: AccountRole) => atLeast(rank, role)) ||
      // The groups of the asker are read last, because they may have to be looked up.
      groups.length > 0 && asker.groups.some((group) => groups.includes(group)));
}

/** Whether a channel admits only some roles, accounts or groups. */
export function isRestricted({ roles, accounts, groups }: Admission): boolean {
  return roles.length > 0 || accounts.length > 0 || groups.length > 0;
}

/** Whether the asker may know anything of a channel, or act in it. */
export function mayKnow(asker: Asker, channel: Guarded): ProtocolError | undefined {
  if (isAdmitted(asker, channel)) return undefined;
  return refuse("restricted");
}

/** Whether the asker may become a member of a channel. */
export function mayJoin(asker: Asker, channel: Guarded): ProtocolError | undefined {
  const unknown = mayKnow(asker, channel);
  if (unknown !== undefined) return unknown;
  if (!channel.closed || atLeast(asker.rank, "moderator")) return undefined;
  return refuse("closed", { channel: channel.name });
}

/** Whether the asker may read a channel's messages and list its members. */
export function mayRead(
  asker: Asker,
  channel: Guarded,
  isMember: boolean,
): ProtocolError | undefined {
  return isMember ? mayKnow(asker, channel) : mayJoin(asker, channel);
}

/** Whether a member may write in a channel. */
export function mayWrite(asker: Asker, channel: Guarded): ProtocolError | undefined {
  const unwelcome = mayJoin(asker, channel);
  if (unwelcome !== undefined) return unwelcome;
  if (!channel.readOnly || atLeast(asker.rank, "moderator")) return undefined;
  return refuse("read_only", { channel: channel.name });
}

/** Whether the asker may set a channel's topic: moderators may, and the account that created the channel. */
export function maySetTopic(asker: Asker, channel: Guarded): ProtocolError | undefined {
  const unknown = mayKnow(asker, channel);
  if (unknown !== undefined) return unknown;
  const isMaker = asker.accountId !== null && asker.accountId === channel.createdBy;
  if (isMaker && !channel.closed || atLeast(asker.rank, "moderator")) return undefined;
  return refuse("topic");
}

/** Whether a rank may create channels. */
export function mayCreate(rank: Rank, policy: CreatePolicy): ProtocolError | undefined {
  const least = policy === "anyone" ? "guest" : policy === "members" ? "member" : "moderator";
  if (atLeast(rank, least)) return undefined;
  return new ProtocolError("unknown_channel", {
    reason: policy === "members" ? "create_members" : "create_moderators",
  });
}

/** Whether the asker may delete a message. All refusals are the same. */
export function mayDelete(
  asker: Asker,
  message:
    | { readonly readable: boolean; readonly own: boolean; readonly senderRank: Rank }
    | undefined,
): ProtocolError | undefined {
  // The reply must not reveal whether a message exists that the asker may not read.
  if (message === undefined || !message.readable) {
    return refuse("not_yours");
  }
  return message.own ? undefined : mayActOn(asker.rank, message.senderRank);
}

/** Whether the asker may read private conversations. Only accounts may: a guest's name proves nothing. */
export function mayReadPrivate(asker: Asker): ProtocolError | undefined {
  if (asker.accountId !== null) return undefined;
  return new ProtocolError("login_required", { reason: "accounts" });
}

/** Throws the error of a decision, if there is one. */
export function demand(refusal: ProtocolError | undefined): void {
  if (refusal !== undefined) throw refusal;
}
