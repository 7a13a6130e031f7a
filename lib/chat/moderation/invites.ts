// Actions of operators on invitations. The audit log has the number of an invitation, and never its code.
import { ProtocolError } from "../../protocol/errors.ts";
import { newInviteCode } from "../../protocol/invite_codes.ts";
import type { Invite } from "../../store/invites/invites.ts";
import type { Actor } from "../actor.ts";
import { requireRoom } from "../conversation/membership.ts";
import type { Services } from "../services.ts";
import { act } from "./act.ts";

/**
 * The maximum number of invitations that can be used at the same time. Together with the length of a code, it makes
 * guessing hopeless.
 */
export const INVITES_MAX = 500;

/** A new invitation. */
export interface Inviting {
  readonly uses: number;
  /** Seconds until it expires. */
  readonly seconds: number;
  readonly channel: string | undefined;
  /** Whether an account can be registered with it. */
  readonly register: boolean;
}

/** Creates an invitation. @throws {ProtocolError} */
export function createInvite(
  actor: Actor,
  { uses, seconds, channel: wanted, register }: Inviting,
  services: Services,
): Invite {
  const { invites } = services;
  const channel = wanted === undefined ? null : requireRoom(wanted, services).channel.name;
  const now = services.now();
  if (invites.countOpen(now) >= INVITES_MAX) {
    const places = { max: INVITES_MAX };
    throw new ProtocolError("bad_request", { reason: "too_many_invites", places });
  }
  const id = invites.nextId();
  const expiresAt = now + seconds * 1000;
  return act(actor, {
    action: "invite_create",
    target: String(id),
    ...(channel === null ? {} : { channel }),
    reason: `${uses} ${uses === 1 ? "use" : "uses"}${register ? ", registers" : ""}`,
    until: expiresAt,
    effect: () =>
      invites.create({
        id,
        code: freeCode(services),
        channel,
        registers: register,
        usesMax: uses,
        createdBy: actor.name,
        createdAt: now,
        expiresAt,
      }),
  }, services);
}

// Two codes are the same once in many millions of years, but then the command should not fail.
function freeCode({ invites }: Services): string {
  for (;;) {
    const code = newInviteCode();
    if (invites.findByCode(code) === undefined) return code;
  }
}

/** Returns the invitation with a number. @throws {ProtocolError} `bad_request` */
export function requireInvite(id: number, { invites }: Pick<Services, "invites">): Invite {
  const invite = invites.find(id);
  if (invite !== undefined) return invite;
  throw new ProtocolError("bad_request", { reason: "no_invite", places: { id } });
}

/** Revokes an invitation, so that it has no further use. Users who have used it stay. @throws {ProtocolError} */
export function revokeInvite(actor: Actor, id: number, services: Services): Invite {
  const invite = requireInvite(id, services);
  act(actor, {
    action: "invite_revoke",
    target: String(id),
    ...(invite.channel === null ? {} : { channel: invite.channel }),
    effect: () => services.invites.revoke(id, services.now()),
  }, services);
  return invite;
}
