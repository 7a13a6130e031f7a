// Requests of a lesson: the class, raised hands, the policy for private messages, reports and attendance.
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { quoted } from "../../protocol/phrases.ts";
import { replyLine, ReplyRows, write } from "../../protocol/replies/write.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf } from "../actor.ts";
import { attendanceRows, listAttendance, periodOf } from "../lesson/attendance_list.ts";
import { createRows, listClass, PEOPLE_MAX, requireClass } from "../conversation/class_list.ts";
import type { Hand } from "../lesson/hands.ts";
import { setPrivatePolicy } from "../moderation/private_policy.ts";
import { lowerAllHands, lowerHand, raiseHand } from "../conversation/hands.ts";
import { reportMessage } from "../moderation/reporting.ts";
import { priceOfRows } from "../limits/cost.ts";
import { mayLead, mayRaiseHand } from "../lesson/permissions.ts";
import { atLeast, demand } from "../permissions.ts";
import type { Session } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const lessonHandlers = {
  classes,
  class: classList,
  hand,
  hands,
  policy,
  report,
  attendance,
} satisfies Partial<Handlers>;

/** Lists the classes. */
function classes(session: Session, request: RequestOf<"classes">, services: Services): void {
  const rows = new ReplyRows(services.limits.replyBytes, write<{ name: string; members: number }>);
  const found = services.lesson.groups.list().filter(({ isClass }) => isClass)
    .map(({ name, members }) => ({ name, members }));
  const more = rows.addAll(found) ? undefined : true;
  reply(session, replyLine(request, { type: "classes", classes: rows.written(), more }), services);
}

/** Lists the people of a class, the absent too, or everyone who is online. */
function classList(session: Session, request: RequestOf<"class">, services: Services): void {
  const { class: name, after } = request;
  const actor = actorOf(session, services);
  const of = name === undefined ? undefined : requireClass(name, services);
  const toRow = createRows(actor, services);
  const rows = new ReplyRows(
    services.limits.replyBytes,
    (person: Parameters<typeof toRow>[0]) => write(toRow(person)),
  );
  const people = listClass(actor, { of, after }, services);
  let next = people.next();
  while (rows.size < PEOPLE_MAX && next.done !== true && rows.add(next.value)) next = people.next();
  const more = next.done === true ? undefined : true;
  session.charge(priceOfRows(rows.size));
  const line = replyLine(request, { type: "class", class: of?.name, people: rows.written(), more });
  reply(session, line, services);
}

/** Raises or lowers the hand of the asker. Staff lowers the hands of others too. */
function hand(session: Session, request: RequestOf<"hand">, services: Services): void {
  const { up, user: name, all } = request;
  const { rank } = actorOf(session, services);
  if (up) {
    demand(mayRaiseHand(rank));
    const state = raiseHand(session, services);
    return reply(session, replyLine(request, { type: "hand", status: "ok", ...state }), services);
  }
  if (all) {
    demand(mayLead(rank));
    const line = replyLine(request, { type: "hand", status: "ok", up: false, all: true });
    reply(session, line, services);
    return lowerAllHands(session, services);
  }
  const user = whose(session, name, services);
  const state = lowerHand(session, user, services);
  reply(session, replyLine(request, { type: "hand", status: "ok", ...state }), services);
}

function whose(
  session: Session,
  name: string | undefined,
  services: Services,
): Parameters<typeof lowerHand>[1] {
  const { rank, key, session: { user } } = actorOf(session, services);
  if (name === undefined || user !== undefined && nameKey(name) === key) {
    demand(user === undefined ? mayRaiseHand(rank) : undefined);
    return { name: user!.name, online: user };
  }
  demand(mayLead(rank));
  const online = services.roster.find(nameKey(name));
  if (online !== undefined) return { name: online.name, online };
  const shown = quoted(name);
  throw new ProtocolError("unknown_user", { reason: "offline", places: { name: shown } });
}

/** Lists the raised hands to the staff, and to others their own. */
function hands(session: Session, request: RequestOf<"hands">, services: Services): void {
  const { rank } = actorOf(session, services);
  const isStaff = atLeast(rank, "moderator");
  const rows = new ReplyRows(
    services.limits.replyBytes,
    ({ user, place, since }: Hand) => write({ user: user.name, place, since: formatTime(since) }),
  );
  const shown = services.lesson.hands.list()
    .filter(({ user }) => isStaff || user === session.user);
  const more = rows.addAll(shown) ? undefined : true;
  reply(session, replyLine(request, { type: "hands", hands: rows.written(), more }), services);
}

/** Tells the policy for private messages. Staff sets it. */
function policy(session: Session, request: RequestOf<"policy">, services: Services): void {
  const { private: wanted } = request;
  if (wanted !== undefined) setPrivatePolicy(actorOf(session, services), wanted, services);
  const { value } = services.lesson.policy;
  reply(
    session,
    replyLine(request, { type: "policy", status: "ok", private: value }),
    services,
  );
}

/** Reports a message to the staff. */
function report(session: Session, request: RequestOf<"report">, services: Services): void {
  const { id } = request;
  reportMessage(session, request, services);
  reply(session, replyLine(request, { type: "report", status: "ok", id }), services);
}

/** Lists who was online in a period. */
async function attendance(
  session: Session,
  request: RequestOf<"attendance">,
  services: Services,
): Promise<void> {
  const { class: name, after } = request;
  const period = periodOf(request, services.now());
  const of = name === undefined ? undefined : requireClass(name, services);
  const people = await listAttendance(session, { period, of, after }, services);
  // The asker may have lost the role meanwhile.
  demand(mayLead(actorOf(session, services).rank));
  const rows = new ReplyRows(services.limits.replyBytes, attendanceRows);
  const more = rows.addAll(people) ? undefined : true;
  const line = replyLine(request, {
    type: "attendance",
    class: of?.name,
    from: formatTime(period.from),
    to: formatTime(period.to),
    people: rows.written(),
    more,
  });
  reply(session, line, services);
}
