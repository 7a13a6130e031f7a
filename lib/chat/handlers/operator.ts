// Requests of operators about the server as a whole: who is connected, figures, reload, the end.
import { ProtocolError } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { nameKey } from "../../protocol/names.ts";
import { encodeLines, formatTime, replyLine, systemLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";

/**
 * Takes the name of whoever uses the socket, for the audit. It is what the client claims: Deno cannot ask
 * the socket (SO_PEERCRED).
 */
export function operator(
  session: Session,
  { name, ref }: RequestOf<"operator">,
  services: Services,
): void {
  session.operator!.name = `operator:${name}`;
  const conn = session.peer.id;
  reply(session, replyLine({ type: "operator", status: "ok", name, conn, ref }), services);
}

/** Lists the connections: those that match the filter, the oldest first. */
export function clients(
  session: Session,
  { filter, limit = Infinity, ref }: RequestOf<"clients">,
  services: Services,
): void {
  const wanted = nameKey(filter);
  const found: JsonObject[] = [];
  let total = 0;
  for (const each of services.operations.sessions()) {
    if (!matches(each, filter, wanted)) continue;
    total++;
    if (found.length < limit) found.push(describe(each, services));
  }
  reply(session, replyLine({ type: "clients", clients: found, total, ref }), services);
}

function matches({ peer, user, operator }: Session, filter: string, key: string): boolean {
  if (filter === "") return true;
  return peer.address.includes(filter) || String(peer.id) === filter ||
    (user !== undefined && user.key.includes(key)) || (operator?.name.includes(filter) ?? false);
}

function describe(session: Session, { now }: Services): JsonObject {
  const { peer, user, operator } = session;
  const clock = performance.now();
  return {
    conn: peer.id,
    user: user?.name ?? operator?.name,
    role: user?.role ?? (operator === undefined ? "unjoined" : "operator"),
    state: user?.state,
    address: peer.address,
    port: peer.port,
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
  const target = find(conn, services);
  const text = `You are disconnected by the administrator${
    reason === undefined ? "." : `: ${reason}`
  }`;
  // Whoever has not joined gets nothing but replies.
  if (target.user !== undefined) target.peer.send(encodeLines(systemLine(text, services.now())));
  const members = { type: "disconnect", status: "ok", conn, user: target.user?.name, ref };
  reply(session, replyLine(members), services);
  target.peer.close("kicked");
}

function find(conn: number, { operations }: Services): Session {
  for (const session of operations.sessions()) if (session.peer.id === conn) return session;
  throw new ProtocolError(
    "bad_request",
    `Member "conn": expected an open connection, got ${conn}.`,
  );
}

/** Tells how the server is. */
export function stats(session: Session, { ref }: RequestOf<"stats">, services: Services): void {
  reply(session, replyLine({ type: "stats", ...services.operations.stats(), ref }), services);
}

/** Has the log reopened and the configuration read again. What is wrong with it is part of the answer. */
export function reload(session: Session, { ref }: RequestOf<"reload">, services: Services): void {
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
  services.operations.shutdown(session.operator!.name, reason);
}

/** Tells what happens from now on, and the latest events first if they are asked for. */
export function tail(
  session: Session,
  { events, recent, ref }: RequestOf<"tail">,
  { operations }: Services,
): void {
  session.send(replyLine({ type: "tail", status: "ok", events, ref }));
  operations.tail.follow(session.peer, { events, recent });
}
