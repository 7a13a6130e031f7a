// Messages, to a channel and to one. The first message of a connection makes it a guest; one that begins
// with a slash is a command.
import { nameTaken } from "../../auth/accounts.ts";
import { badMember, ProtocolError } from "../../protocol/errors.ts";
import { checkName } from "../../protocol/names.ts";
import { jsonKind } from "../../protocol/phrases.ts";
import { ackLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { askerOf, requireUser } from "../actor.ts";
import type { Room } from "../channels.ts";
import { enterAsGuest } from "../lobby.ts";
import { currentRoom, demand, enterRoom, requireRoom } from "../membership.ts";
import { mayJoin } from "../permissions.ts";
import { checkSize, findRecipient, postPrivately, postToRoom } from "../posting.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";
import { isCommand, runCommand, unescape } from "../slash/run.ts";

type MessageRequest = RequestOf<"message">;

/** The name of a guest who gives none. */
const NAMELESS_GUEST = "invité";

/** Stores a message and has it delivered. An empty one only joins; a command is run. */
export function message(
  session: Session,
  request: MessageRequest,
  services: Services,
): void | Promise<void> {
  checkSize(request, services.limits);
  const { content, ref, extra } = request;
  if (request.subtype === "private") {
    if (session.user === undefined) joinAsGuest(session, request.from, services);
    const recipient = findRecipient(request.to, services);
    if (content === "") return acknowledge(session, ref, services);
    return postPrivately(session, recipient, { content, extra, ref }, services);
  }
  const room = request.channel === undefined
    ? currentRoom(session, services)
    : requireRoom(request.channel, services);
  if (session.user === undefined) {
    // A channel that is not open leaves the connection as it was.
    if (room !== services.channels.general) {
      demand(mayJoin(askerOf(session, services), room.channel));
    }
    joinAsGuest(session, request.from, services);
  }
  if (content === "") {
    if (request.channel !== undefined) joinQuietly(session, room, services);
    return acknowledge(session, ref, services);
  }
  if (isCommand(content)) return runCommand(session, { content, room, ref }, services);
  return postToRoom(session, room, { content: unescape(content), extra, ref }, services);
}

function joinQuietly(session: Session, room: Room, services: Services): void {
  const user = requireUser(session);
  if (room.members.has(user)) return;
  demand(mayJoin(askerOf(session, services), room.channel));
  enterRoom(user, room, services);
}

function acknowledge(session: Session, ref: string | undefined, services: Services): void {
  if (ref !== undefined) reply(session, ackLine(ref, undefined, services.now()), services);
}

function joinAsGuest(session: Session, from: unknown, services: Services): void {
  if (!services.guests) {
    throw new ProtocolError("login_required", { reason: "guests_refused" });
  }
  const name = readGuestName(from);
  const claim = services.accountStore.findClaim(name);
  if (claim !== undefined) throw nameTaken(name, claim);
  enterAsGuest(session, name, services);
}

function readGuestName(from: unknown): string {
  if (from === undefined || from === null) return NAMELESS_GUEST;
  if (typeof from !== "string") {
    throw badMember("from", { expected: { key: "kind_string" }, got: jsonKind(from) });
  }
  if (from.trim() === "") return NAMELESS_GUEST;
  const checked = checkName(from);
  if (!checked.ok) throw new ProtocolError("bad_username", checked);
  return checked.name;
}
