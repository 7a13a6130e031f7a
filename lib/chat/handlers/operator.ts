// Requests of operators about the whole server: connections, figures, reload, shutdown, events, audit log.
import { badMember, ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { AuditRow, ClientRow } from "../../protocol/replies/operator.ts";
import { replyLine, ReplyRows, write, type Written } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf } from "../actor.ts";
import { act } from "../moderation/act.ts";
import { because, shown } from "../wording.ts";
import { currentRoom } from "../conversation/membership.ts";
import { disconnect as close } from "../conversation/disconnect.ts";
import { muteOf } from "../conversation/sanctions.ts";
import { reply, type Services } from "../services.ts";
import { operatorName, type Session } from "../presence/session.ts";
import type { AuditEntry } from "../../store/audit.ts";
import type { ReloadReport } from "../operations.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const operatorHandlers = {
  operator,
  clients,
  disconnect,
  reload,
  stats,
  shutdown,
  tail,
  audit,
  note_export: noteExport,
  // A node serves these itself: see `server/cluster/own_operators`.
  cluster: refuseWithoutCluster,
  cluster_forget: refuseWithoutCluster,
  cluster_step_down: refuseWithoutCluster,
} satisfies Partial<Handlers>;

/**
 * Notes the name of the operator for the audit log. The client claims the name: Deno cannot ask the socket for the
 * user (SO_PEERCRED).
 */
function operator(
  session: Session,
  request: RequestOf<"operator">,
  services: Services,
): void {
  const { name } = request;
  session.operator!.name = name;
  const conn = session.id;
  reply(session, replyLine(request, { type: "operator", status: "ok", name, conn }), services);
}

// Connections to look at in one step, which takes about a millisecond.
const CLIENTS_STEP = 200;

/** Lists the connections that match the filter, oldest first. */
async function clients(
  session: Session,
  request: RequestOf<"clients">,
  services: Services,
): Promise<void> {
  const { filter, limit = Infinity } = request;
  const wanted = nameKey(filter);
  const rows = new ReplyRows(Infinity, write<ClientRow>);
  let looked = 0;
  let total = 0;
  for (const each of services.sessions) {
    if (++looked % CLIENTS_STEP === 0) await services.turns.next(session.network);
    // A closed connection only waits until its last lines have been written.
    if (each.closed) continue;
    const node = services.nodeOf(each.edge);
    if (!matches(each, filter, wanted) && node !== filter) continue;
    total++;
    if (rows.size < limit) rows.add(describe(each, node, services));
  }
  reply(session, replyLine(request, { type: "clients", clients: rows.written(), total }), services);
}

function matches({ peer, user, operator }: Session, filter: string, key: string): boolean {
  if (filter === "") return true;
  return peer.address.includes(filter) || String(peer.id) === filter ||
    (user !== undefined && user.key.includes(key)) ||
    (operator !== undefined && operatorName(operator).includes(filter));
}

function describe(session: Session, node: string | undefined, services: Services): ClientRow {
  const { now } = services;
  const { peer, user, operator } = session;
  const clock = performance.now();
  return {
    conn: peer.id,
    node,
    user: user?.name ?? (operator && operatorName(operator)),
    role: user?.role ?? (operator === undefined ? "unjoined" : "operator"),
    state: user?.state,
    address: peer.address,
    port: peer.port,
    channel: user && currentRoom(session, services).channel.name,
    channels: user && services.channels.of(user).map(({ channel }) => channel.name),
    muted: muteOf(session, now()) === undefined ? undefined : true,
    since: formatTime(session.connectedAt),
    idle: Math.max(0, Math.floor((clock - session.activeAt) / 1000)),
    queued: peer.queuedBytes,
  };
}

/** Closes a connection after telling the client the reason. */
function disconnect(
  session: Session,
  request: RequestOf<"disconnect">,
  services: Services,
): void {
  const { conn, reason } = request;
  const actor = actorOf(session, services);
  const target = find(conn, services);
  const user = target.user?.name;
  const doing = { action: "disconnect", target: user ?? `conn ${conn}`, reason } as const;
  act(actor, { ...doing, effect: () => {} }, services);
  const text = services.texts.say("kicked", { actor: shown(actor, services) });
  close([target], { reason: "kicked", text: text + because(reason, services) }, services);
  reply(session, replyLine(request, { type: "disconnect", status: "ok", conn, user }), services);
}

function find(conn: number, { sessions }: Services): Session {
  const session = sessions.get(conn);
  if (session?.closed === false) return session;
  throw badMember("conn", { expected: { key: "want_connection" }, got: conn });
}

/** Replies with the figures of the server. */
function stats(session: Session, request: RequestOf<"stats">, services: Services): void {
  const figures = services.operations.stats();
  reply(session, replyLine(request, { type: "stats", ...figures }), services);
}

/** Reopens the log file and reloads the configuration. The reply lists the problems found. */
function reload(session: Session, request: RequestOf<"reload">, services: Services): void {
  act(actorOf(session, services), { action: "reload", effect: () => {} }, services);
  reply(session, reloadLine(request, services.operations.reload()), services);
}

/** Returns the line of the reply to `reload`. */
export function reloadLine(request: RequestOf<"reload">, report: ReloadReport): string {
  const { file, problems, warnings, changed, needsRestart } = report;
  return replyLine(request, {
    type: "reload",
    status: problems.length === 0 ? "ok" : "refused",
    file,
    problems,
    warnings,
    changed,
    needs_restart: needsRestart,
  });
}

/** Records an export that a command is about to write from the database of this machine. */
function noteExport(
  session: Session,
  request: RequestOf<"note_export">,
  services: Services,
): void {
  const { action, target, reason } = request;
  const doing = { action, reason, ...target !== undefined && { target } };
  act(actorOf(session, services), { ...doing, effect: () => {} }, services);
  reply(session, replyLine(request, { type: "note_export", status: "ok" }), services);
}

/** Starts the shutdown of the server. */
function shutdown(
  session: Session,
  request: RequestOf<"shutdown">,
  services: Services,
): void {
  reply(session, replyLine(request, { type: "shutdown", status: "ok" }), services);
  const { reason } = request;
  const actor = actorOf(session, services);
  act(actor, { action: "shutdown", reason, effect: () => {} }, services);
  services.operations.shutdown(actor.name, reason);
}

/** Sends events as they happen, after the latest past events if the request asks for them. */
function tail(
  session: Session,
  request: RequestOf<"tail">,
  { operations }: Services,
): void {
  const { events, recent } = request;
  session.answer(replyLine(request, { type: "tail", status: "ok", events }));
  session.operator!.events = events;
  operations.tail.follow(session, { events, recent });
}

/** Lists the actions of moderators and operators, newest first. */
function audit(session: Session, request: RequestOf<"audit">, services: Services): void {
  const { limit, before, actor, target, action } = request;
  const rows = new ReplyRows(services.limits.replyBytes, auditRow);
  const all = rows.addAll(services.audit.read({
    limit,
    ...(before === undefined ? {} : { before }),
    ...(actor === undefined ? {} : { actor }),
    ...(target === undefined ? {} : { target }),
    ...(action === undefined ? {} : { action }),
  }));
  const more = all ? undefined : true;
  reply(session, replyLine(request, { type: "audit", entries: rows.written(), more }), services);
}

function refuseWithoutCluster(): never {
  throw new ProtocolError("bad_request", { reason: "no_cluster" });
}

function auditRow(entry: AuditEntry): Written<AuditRow> {
  const { id, at, actor, action, target, channel, detail, address } = entry;
  return write({
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
