// The invitation that a connection holds: reads its code, and finds what it is for.
import { ProtocolError } from "../../protocol/errors.ts";
import { readInviteCode } from "../../protocol/invite_codes.ts";
import { type Invite, stateOf } from "../../store/invites/invites.ts";
import type { Room, Session } from "../presence/session.ts";
import type { Services } from "../services.ts";

/** The price of a wrong code, in tokens. A connection can try one a second, and its address fifty. */
const WRONG_PRICE = 10;

/**
 * Finds the invitation of a code that a client has sent, and remembers it for the connection. It counts no use.
 *
 * @throws {ProtocolError} `bad_invite` if the code is wrong or can no longer be used. `throttled` if the network has
 * sent too many such codes. A code that can be used is always accepted, so that nobody can lock out a class.
 */
export function holdInvite(session: Session, text: string, services: Services): Invite {
  const code = readInviteCode(text);
  const invite = code === undefined ? undefined : services.invites.findByCode(code);
  if (invite === undefined || stateOf(invite, services.now()) !== "open") {
    return refuseCode(session, services);
  }
  session.invite = invite.id;
  return invite;
}

function refuseCode(session: Session, { wrongCodes, observer }: Services): never {
  session.charge(WRONG_PRICE);
  try {
    wrongCodes.fail(session.network);
  } catch (error) {
    observer.offence(session.peer, "guessing_invites");
    throw error;
  }
  throw new ProtocolError("bad_invite");
}

/** Returns the invitation that a connection holds, in any state. */
export function heldInvite({ invite }: Session, { invites }: Services): Invite | undefined {
  return invite === undefined ? undefined : invites.find(invite);
}

/** Returns the channel that the invitation of a connection is for, if it still exists. */
export function heldRoom(session: Session, services: Services): Room | undefined {
  return roomOf(heldInvite(session, services), services);
}

/** Returns the channel that an invitation is for, if it still exists. */
export function roomOf(
  invite: Pick<Invite, "channel"> | undefined,
  { channels }: Pick<Services, "channels">,
): Room | undefined {
  const name = invite?.channel;
  return name === undefined || name === null ? undefined : channels.named(name);
}
