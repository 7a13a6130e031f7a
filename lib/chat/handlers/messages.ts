// Messages, to everyone and to one. The first message of a connection makes it a guest.
import { ProtocolError } from "../../protocol/errors.ts";
import { kindOf } from "../../protocol/json.ts";
import { checkName, nameKey } from "../../protocol/names.ts";
import { ackLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import type { NewMessage } from "../../store/messages.ts";
import { resolveChannel } from "../channels.ts";
import { enterAsGuest } from "../lobby.ts";
import type { User } from "../roster.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";

type MessageRequest = RequestOf<"message">;

/** The name of a guest who gives none. */
const NAMELESS_GUEST = "invité";

/** Stores a message and has it delivered. An empty one only joins. */
export function message(session: Session, request: MessageRequest, services: Services): void {
  checkSize(request, services);
  const channel = resolveChannel(request.channel);
  const user = session.user ?? joinAsGuest(session, request.from, services);
  const sentAt = services.now();
  const { content, extra, ref } = request;
  const recipient = request.subtype === "private" ? findRecipient(request.to, services) : undefined;
  if (content === "") {
    if (ref !== undefined) reply(session, ackLine(ref, undefined, sentAt), services);
    return;
  }
  const stored: NewMessage = {
    sentAt,
    subtype: request.subtype,
    sender: user.name,
    senderAccount: user.accountId,
    recipient: recipient?.name ?? null,
    recipientAccount: recipient?.accountId ?? null,
    channel: recipient === undefined ? channel : null,
    content,
    extra,
  };
  session.unreported++;
  const readAt = session.activeAt;
  services.log.append({ kind: "message", message: stored, origin: session, ref, readAt });
}

function checkSize({ content, extra }: MessageRequest, { limits }: Services): void {
  const { contentBytes, lineBytes } = limits;
  // No character takes more than 3 bytes for each of its UTF-16 units: most contents need no counting.
  if (contentBytes > 0 && content.length * 3 > contentBytes) {
    const bytes = byteLength(content);
    if (bytes > contentBytes) {
      throw new ProtocolError(
        "content_too_long",
        `Expected a content of at most ${contentBytes} bytes, got ${bytes}.`,
      );
    }
  }
  // Escapes make members that came in a fitting line longer than a client may bear.
  if (lineBytes > 0 && extra !== null && extra.length > lineBytes) {
    throw new ProtocolError(
      "content_too_long",
      `Expected other members of at most ${lineBytes} bytes in ASCII, got ${extra.length}.`,
    );
  }
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function joinAsGuest(session: Session, from: unknown, services: Services): User {
  if (!services.guests) {
    throw new ProtocolError("login_required", "Log in first: guests are not admitted here.");
  }
  const name = readGuestName(from);
  if (services.accountStore.findByKey(nameKey(name)) !== undefined) {
    throw new ProtocolError("username_taken", "Username already exists.");
  }
  return enterAsGuest(session, name, services);
}

function readGuestName(from: unknown): string {
  if (from === undefined || from === null) return NAMELESS_GUEST;
  if (typeof from !== "string") {
    throw new ProtocolError(
      "bad_request",
      `Member "from": expected a string, got ${kindOf(from)}.`,
    );
  }
  if (from.trim() === "") return NAMELESS_GUEST;
  const checked = checkName(from);
  if (!checked.ok) throw new ProtocolError("bad_username", checked.reason);
  return checked.name;
}

function findRecipient(
  to: unknown,
  { roster, accountStore }: Services,
): { name: string; accountId: number | null } {
  if (typeof to !== "string") {
    throw new ProtocolError("bad_request", `Member "to": expected a string, got ${kindOf(to)}.`);
  }
  const key = nameKey(to);
  const online = roster.find(key);
  if (online !== undefined) return online;
  const account = accountStore.findByKey(key);
  if (account !== undefined) return { name: account.name, accountId: account.id };
  throw new ProtocolError("unknown_user", `Nobody is called ${JSON.stringify(to.slice(0, 40))}.`);
}
