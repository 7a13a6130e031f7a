// Messages to a channel or to a user. The first message of a connection joins it as a guest. A message that begins
// with a slash is a command.
import { nameTaken } from "../../auth/refusals.ts";
import { badMember, ProtocolError } from "../../protocol/errors.ts";
import { checkName } from "../../protocol/names.ts";
import { shownValue } from "../../protocol/phrases.ts";
import { ackLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { askerOf, requireUser } from "../actor.ts";
import type { Room, Session } from "../presence/session.ts";
import { enterAsInvited } from "../conversation/invited.ts";
import { invitedAsker } from "../invites/using.ts";
import { NAMELESS_GUEST } from "../presence/roster.ts";
import type { AskedMessage } from "../delivery/message_log.ts";
import { currentRoom, enterRoom, requireRoom } from "../conversation/membership.ts";
import { demand, mayJoin } from "../permissions.ts";
import { checkSize, findRecipient, postPrivately, postToRoom } from "../conversation/posting.ts";
import { reply, type Services } from "../services.ts";
import { isCommand, runCommand, unescape } from "../slash/run.ts";
import { giveGuestToken } from "../web_sessions/giving.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const messageHandlers = { message } satisfies Partial<Handlers>;

type MessageRequest = RequestOf<"message">;

/** Appends a message to the log. A message of spaces only is empty: it joins and is not sent. A command is run. */
function message(
  session: Session,
  request: MessageRequest,
  services: Services,
): void | Promise<void> {
  checkSize(request, services.limits);
  const { content, extra } = request;
  const isEmpty = content.trim() === "";
  if (request.subtype === "private") {
    const asked = joinIfNew(session, request, services);
    const recipient = findRecipient(request.to, services);
    if (isEmpty) return acknowledge(session, asked, services);
    return postPrivately(session, { recipient, content, extra, asked }, services);
  }
  const named = request.channel === undefined ? undefined : requireRoom(request.channel, services);
  // If the channel does not admit the user, the connection must not have joined.
  if (session.user === undefined && named !== undefined && named !== services.channels.general) {
    demand(mayJoin(invitedAsker(session, services), named.channel));
  }
  const asked = joinIfNew(session, request, services);
  const room = named ?? currentRoom(session, services);
  if (isEmpty) {
    if (request.channel !== undefined) joinQuietly(session, room, services);
    return acknowledge(session, asked, services);
  }
  if (isCommand(content)) return runCommand(session, { content, room, asked }, services);
  return postToRoom(session, { room, content: unescape(content), extra, asked }, services);
}

function joinQuietly(session: Session, room: Room, services: Services): void {
  const user = requireUser(session);
  if (room.members.has(user)) return;
  demand(mayJoin(askerOf(session, services), room.channel));
  enterRoom(user, room, services);
}

function acknowledge(
  session: Session,
  { ref, joinedAs, token }: AskedMessage,
  services: Services,
): void {
  if (ref === undefined) return;
  reply(session, ackLine(ref, { sentAt: services.now(), name: joinedAs, token }), services);
}

/** Joins a connection as a guest if it has no user yet. */
function joinIfNew(
  session: Session,
  { from, ref, sentType }: MessageRequest,
  services: Services,
): AskedMessage {
  if (session.user !== undefined) return { ref, sentType };
  if (!services.guests) {
    throw new ProtocolError("login_required", { reason: "guests_refused" });
  }
  if (services.guests === "invite" && session.invite === undefined) {
    throw new ProtocolError("login_required", { reason: "guests_invited" });
  }
  const typed = readGuestName(from);
  // After a logout the user may not notice that the message would appear under a guest's name. Old clients give no
  // name, so this applies to modern ones only.
  if (typed === undefined && session.loggedOut && session.modern) {
    throw new ProtocolError("login_required", { reason: "logged_out" });
  }
  const name = typed === undefined ? NAMELESS_GUEST : validName(typed);
  const claim = services.accountStore.findClaim(name);
  if (claim !== undefined) throw nameTaken(name, claim, "account_name");
  const user = enterAsInvited(session, { name, typed }, services);
  const wantsToken = ref !== undefined && session.hello?.features.has("session");
  const token = wantsToken ? giveGuestToken(session, user, services) : undefined;
  return { ref, sentType, joinedAs: user.name, token };
}

/** Returns the name that the client gave its guest, if any. */
function readGuestName(from: unknown): string | undefined {
  if (from === undefined || from === null) return undefined;
  if (typeof from !== "string") {
    throw badMember("from", { expected: { key: "kind_string" }, got: shownValue(from) });
  }
  return from.trim() === "" ? undefined : from;
}

function validName(typed: string): string {
  const checked = checkName(typed);
  if (!checked.ok) throw new ProtocolError("bad_username", checked);
  return checked.name;
}
