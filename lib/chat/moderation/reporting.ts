// Reports messages to the staff. Nobody learns the content by a report: who may read the message can look it up.
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import type { ReportEvent } from "../../protocol/replies/lesson.ts";
import { encodeLines, jsonLine } from "../../protocol/reply.ts";
import type { StoredMessage } from "../../store/messages.ts";
import { actorOf, requireUser, staffOnline, userAsker } from "../actor.ts";
import { isReadable, markOf } from "../conversation/reading.ts";
import { Listeners } from "../delivery/outputs.ts";
import { serverLine } from "../delivery/server_message.ts";
import { act } from "./act.ts";
import { isAdmitted } from "../permissions.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { because } from "../wording.ts";

/** Reports a message. The same report again has no effect. @throws {ProtocolError} */
export function reportMessage(
  session: Session,
  { id, reason }: { readonly id: number; readonly reason: string },
  services: Services,
): void {
  const user = requireUser(session);
  const { reported, reportPaces } = services.lesson;
  if (reported.has(user, id)) return;
  const { allowed, retryAfter } = reportPaces.take(session);
  if (!allowed) {
    const time = { seconds: retryAfter };
    throw new ProtocolError("rate_limited", { retryAfter, places: { time } });
  }
  services.log.storeNow();
  const message = services.history.find(id);
  // The reply must not reveal whether a message exists that the user may not read.
  if (message === undefined || !mayRead(session, message, services)) {
    throw new ProtocolError("forbidden", { reason: "not_readable" });
  }
  const { channel, sender: from } = message;
  act(actorOf(session, services), {
    action: "report",
    target: from,
    ...(channel === null ? {} : { channel }),
    reason: reason === "" ? `message ${id}` : `message ${id}: ${reason}`,
    effect: () => {},
  }, services);
  reported.add(user, id);
  const event: ReportEvent = {
    type: "report",
    id,
    channel: channel ?? undefined,
    from,
    by: user.name,
    reason,
  };
  tellStaff(event, { message, except: session }, services);
}

function mayRead(session: Session, message: StoredMessage, services: Services): boolean {
  const { channel, id } = message;
  if (channel === null) return isParty(session.user!, message, services);
  const room = services.channels.find(channel);
  return room !== undefined && isReadable(session, room, services) &&
    id > markOf(session, room, services);
}

// A guest is known by name only. Its name proves something since it has that name.
function isParty(user: User, message: StoredMessage, { lesson }: Services): boolean {
  const { senderAccount, recipientAccount, sender, recipient, sentAt } = message;
  const { accountId, key } = user;
  if (accountId !== null) return senderAccount === accountId || recipientAccount === accountId;
  if (sentAt < (lesson.attendance.sinceOf(user) ?? Infinity)) return false;
  return senderAccount === null && nameKey(sender) === key ||
    recipientAccount === null && nameKey(recipient!) === key;
}

// Staff whom a channel does not admit must not learn that it exists, and no one learns who has reported them.
function tellStaff(
  event: ReportEvent,
  { message, except }: { readonly message: StoredMessage; readonly except: Session },
  services: Services,
): void {
  function run(): void {
    const { channel, senderAccount } = message;
    const room = channel === null ? undefined : services.channels.find(channel);
    const told = staffOnline(services).filter((user) =>
      user.accountId !== senderAccount &&
      (channel === null ||
        room !== undefined && isAdmitted(userAsker(user, services), room.channel))
    );
    const text = textOf(event, services);
    const line = serverLine(text, services.now());
    const knowing = new Listeners();
    for (const session of told.flatMap(({ sessions }) => [...sessions])) {
      if (session === except) continue;
      if (session.hello?.features.has("reports")) knowing.add(session);
      else session.deliver(encodeLines(line(session.addressee)));
    }
    if (!knowing.isEmpty) knowing.send({ bytes: encodeLines(jsonLine({ ...event })) });
  }
  services.log.append({ kind: "local", run });
}

function textOf({ id, channel, from, by, reason }: ReportEvent, services: Services): string {
  const { texts } = services;
  const text = channel === undefined
    ? texts.say("reported_private", { id, from, by })
    : texts.say("reported", { id, channel, from, by });
  return text + because(reason, services);
}
