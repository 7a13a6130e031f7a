// Requests of operators about the server as a whole: who is connected, figures, reload, the end.
import { badMember } from "../../protocol/errors.ts";
import { type JsonObject, toAsciiJson } from "../../protocol/json.ts";
import { nameKey } from "../../protocol/names.ts";
import { formatTime, listLine, ReplyItems, replyLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf } from "../actor.ts";
import { act } from "../moderation/act.ts";
import { because, shown } from "../wording.ts";
import { currentRoom } from "../conversation/membership.ts";
import { disconnect as close } from "../moderation/users.ts";
import { muteOf } from "../conversation/sanctions.ts";
import { reply, type Services } from "../services.ts";
import { operatorName, type Session } from "../presence/session.ts";
import type { AuditEntry } from "../../store/audit.ts";

/**
 * Notes the name of the user of the socket, for the audit log. It is what the client claims: Deno cannot ask
 * the socket (SO_PEERCRED).
 */
export function operator(
  session: Session,
  { name, ref }: RequestOf<"operator">,
  services: Services,
): void {
  session.operator!.name = name;
  const conn = session.id;
  reply(session, replyLine({ type: "operator", status: "ok", name, conn, ref }), services);
}

// Connections that are looked at in one step, in a millisecond or so.
const CLIENTS_STEP = 200;

/** Lists the connections: those that match the filter, the oldest first. */
export async function clients(
  session: Session,
  { filter, limit = Infinity, ref }: RequestOf<"clients">,
  services: Services,
): Promise<void> {
  const wanted = nameKey(filter);
  const items: string[] = [];
  let looked = 0;
  let total = 0;
  for (const each of services.sessions) {
    if (++looked % CLIENTS_STEP === 0) await services.turns.next(session.network);
    // One that is closed already only waits for its last lines to be taken.
    if (each.closed || !matches(each, filter, wanted)) continue;
    total++;
    if (items.length < limit) items.push(toAsciiJson(describe(each, services)));
  }
  const line = listLine({
    members: { type: "clients" },
    name: "clients",
    items,
    last: { total, ref },
  });
  reply(session, line, services);
}

function matches({ peer, user, operator }: Session, filter: string, key: string): boolean {
  if (filter === "") return true;
  return peer.address.includes(filter) || String(peer.id) === filter ||
    (user !== undefined && user.key.includes(key)) ||
    (operator !== undefined && operatorName(operator).includes(filter));
}

function describe(session: Session, services: Services): JsonObject {
  const { now } = services;
  const { peer, user, operator } = session;
  const clock = performance.now();
  return {
    conn: peer.id,
    user: user?.name ?? (operator && operatorName(operator)),
    role: user?.role ?? (operator === undefined ? "unjoined" : "operator"),
    state: user?.state,
    address: peer.address,
    port: peer.port,
    channel: user && currentRoom(session, services).channel.name,
    channels: user && services.channels.of(user).map(({ channel }) => channel.name),
    muted: muteOf(session, now()) === undefined ? undefined : true,
    since: formatTime(now() - Math.round(clock - session.connectedAt)),
    idle: Math.max(0, Math.floor((clock - session.activeAt) / 1000)),
    queued: peer.queuedBytes,
  };
}

/** Closes one connection, after telling it why. */
export function disconnect(
  session: Session,
  { conn, reason, ref }: RequestOf<"disconnect">,
  services: Services,
): void {
  const actor = actorOf(session, services);
  const target = find(conn, services);
  const user = target.user?.name;
  const doing = { action: "disconnect", target: user ?? `conn ${conn}`, reason } as const;
  act(actor, doing, () => {}, services);
  const text = services.texts.say("kicked", { actor: shown(actor, services) });
  close([target], { reason: "kicked", text: text + because(reason, services) }, services);
  reply(session, replyLine({ type: "disconnect", status: "ok", conn, user, ref }), services);
}

function find(conn: number, { sessions }: Services): Session {
  const session = sessions.get(conn);
  if (session?.closed === false) return session;
  throw badMember("conn", { expected: { key: "want_connection" }, got: conn });
}

/** Tells how the server is. */
export function stats(session: Session, { ref }: RequestOf<"stats">, services: Services): void {
  reply(session, replyLine({ type: "stats", ...services.operations.stats(), ref }), services);
}

/** Has the log reopened and the configuration read again. What is wrong with it is part of the answer. */
export function reload(session: Session, { ref }: RequestOf<"reload">, services: Services): void {
  act(actorOf(session, services), { action: "reload" }, () => {}, services);
  const report = services.operations.reload();
  const { file, problems, warnings, changed, needsRestart } = report;
  reply(
    session,
    replyLine({
      type: "reload",
      status: problems.length === 0 ? "ok" : "refused",
      file,
      problems,
      warnings,
      changed,
      needs_restart: needsRestart,
      ref,
    }),
    services,
  );
}

/** Begins to stop the server. */
export function shutdown(
  session: Session,
  { reason, ref }: RequestOf<"shutdown">,
  services: Services,
): void {
  reply(session, replyLine({ type: "shutdown", status: "ok", ref }), services);
  const actor = actorOf(session, services);
  act(actor, { action: "shutdown", reason }, () => {}, services);
  services.operations.shutdown(actor.name, reason);
}

/** Tells what happens from now on, and the latest events first if they are asked for. */
export function tail(
  session: Session,
  { events, recent, ref }: RequestOf<"tail">,
  { operations }: Services,
): void {
  session.answer(replyLine({ type: "tail", status: "ok", events, ref }));
  operations.tail.follow(session, { events, recent });
}

/** Lists what moderators and operators did, the latest first. */
export function audit(session: Session, request: RequestOf<"audit">, services: Services): void {
  const { limit, before, actor, target, action, ref } = request;
  const items = new ReplyItems(services.limits.replyBytes, entryJson);
  const all = items.addAll(services.audit.read({
    limit,
    ...(before === undefined ? {} : { before }),
    ...(actor === undefined ? {} : { actor }),
    ...(target === undefined ? {} : { target }),
    ...(action === undefined ? {} : { action }),
  }));
  const line = listLine({
    members: { type: "audit" },
    name: "entries",
    items: items.texts,
    last: { ...(all ? {} : { more: true }), ref },
  });
  reply(session, line, services);
}

function entryJson(entry: AuditEntry): string {
  const { id, at, actor, action, target, channel, detail, address } = entry;
  return toAsciiJson({
    id,
    timestamp: formatTime(at),
    actor,
    action,
    target: target ?? undefined,
    channel: channel ?? undefined,
    detail,
    address,
  });
}
