// Serves one line: checks the rate limits, parses the line, calls the handler, and answers every failure.
import { ProtocolError } from "../protocol/errors.ts";
import { errorLine } from "../protocol/reply.ts";
import {
  isMessageType,
  parseRequest,
  type Request,
  type RequestType,
  type Sender,
} from "../protocol/request.ts";
import { askerOf } from "./actor.ts";
import { accountHandlers } from "./handlers/accounts.ts";
import { channelAdminHandlers } from "./handlers/channel_admin.ts";
import { channelHandlers } from "./handlers/channels.ts";
import { groupHandlers } from "./handlers/groups.ts";
import { classHandlers } from "./handlers/classes.ts";
import type { Handler, Handlers } from "./handlers/handler.ts";
import { helloHandlers } from "./handlers/hello.ts";
import { historyHandlers } from "./handlers/history.ts";
import { lessonHandlers } from "./handlers/lesson.ts";
import { inviteAdminHandlers } from "./handlers/invite_admin.ts";
import { inviteHandlers } from "./handlers/invites.ts";
import { messageHandlers } from "./handlers/messages.ts";
import { moderationHandlers } from "./handlers/moderation.ts";
import { operatorHandlers } from "./handlers/operator.ts";
import { overviewHandlers } from "./handlers/overview.ts";
import { presenceHandlers } from "./handlers/presence.ts";
import { selfHandlers } from "./handlers/self.ts";
import { userAdminHandlers } from "./handlers/user_admin.ts";
import { webSessionHandlers } from "./handlers/web_sessions.ts";
import { demand, mayRequest, operatorMayRequest } from "./permissions.ts";
import { noteAdditions } from "./additions.ts";
import { mayJoin, type Parsed, pay } from "./paying.ts";
import { MalformedCount } from "./limits/rate_limit.ts";
import { afterReply, reply, type Services } from "./services.ts";
import type { Session } from "./presence/session.ts";

/** Serves one line of a session. */
export type Dispatch = (session: Session, line: string) => void | Promise<void>;

/** Creates the dispatcher. It never throws, and its promises never reject. */
export function createDispatcher(services: Services): Dispatch {
  return function dispatch(session, line) {
    const parsed = parseLine(session, line, services);
    noteAdditions(session, { ref: parsed.ref }, services);
    if (session.operator !== undefined) return serve(session, parsed, services);
    try {
      const waiting = pay(session, { parsed, bytes: line.length }, services);
      if (waiting === undefined) return serveInFlow(session, parsed, services);
      // A bucket that is filled again pays for many requests at once. They take turns with those of other addresses.
      const inTurn = () =>
        services.turns.run(session.network, () => serveInFlow(session, parsed, services));
      const served = () => waiting.then(inTurn);
      return REPLIED_FIRST.has(parsed.type) ? session.replyFirst(served) : served();
    } catch (error) {
      fail(session, { error, request: parsed }, services);
    }
  };
}

// Some clients take the first line after these requests for the reply. Other requests do not hold lines back.
const REPLIED_FIRST: ReadonlySet<Parsed["type"]> = new Set(
  ["login", "register", "password"] as const,
);

/** Serves a request whose price has been paid, once its address has taken enough of earlier long replies. */
function serveInFlow(
  session: Session,
  parsed: Parsed,
  services: Services,
): void | Promise<void> {
  const { replyFlow, turns } = services;
  const waiting = replyFlow.ask(session, parsed.type);
  if (waiting === undefined) return serveAndJoin(session, parsed, services);
  return waiting
    .then(() => turns.run(session.network, () => serveAndJoin(session, parsed, services)))
    .finally(() => replyFlow.served(session));
}

/** Serves a request. The price of a join is returned if no join takes place. */
function serveAndJoin(
  session: Session,
  parsed: Parsed,
  services: Services,
): void | Promise<void> {
  if (!mayJoin(session, parsed)) return serve(session, parsed, services);
  const before = session.user;
  const giveBack = () => {
    if (session.user === before) services.addressLimit.unjoin(session);
  };
  const pending = serve(session, parsed, services);
  return pending === undefined ? giveBack() : pending.then(giveBack);
}

function serve(session: Session, parsed: Parsed, services: Services): void | Promise<void> {
  // The connection may have ended while the request waited.
  if (session.closed) return;
  try {
    if (parsed instanceof ProtocolError) throw parsed;
    const pending = handle(session, parsed, services);
    if (pending === undefined) return;
    const answered = () =>
      pending.catch((error: unknown) => fail(session, { error, request: parsed }, services));
    return REPLIED_FIRST.has(parsed.type) ? session.replyFirst(answered) : answered();
  } catch (error) {
    fail(session, { error, request: parsed }, services);
  }
}

/** Parses a line. Returns the request, or the error if the line is not valid. */
export function parseLine(session: Session, line: string, services: Services): Parsed {
  try {
    return parseRequest(
      line,
      () => senderOf(session, services),
      (type) => isOffered(session, type) && permission(session, type, services) === undefined,
    );
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    return new ProtocolError("bad_json", { reason: "unreadable" });
  }
}

// Old clients receive the same `unknown_type` text under an admin's account too.
function senderOf(session: Session, services: Services): Sender {
  if (session.operator !== undefined) return "operator";
  const isAdmin = session.hello !== undefined && askerOf(session, services).rank === "admin";
  return isAdmin ? "admin" : "client";
}

// Clients that have not sent `hello` receive the same `unknown_type` text as before these requests existed.
function isOffered({ hello, operator }: Session, type: RequestType): boolean {
  return hello !== undefined || operator !== undefined || !OF_HELLO.has(type);
}

const OF_HELLO: ReadonlySet<RequestType> = new Set<RequestType>([
  "hello",
  "resume",
  "sessions",
  "end_session",
  "overview",
  "seen",
  "people",
  "classes",
  "class",
  "hand",
  "hands",
  "policy",
  "report",
  "attendance",
  "invite",
]);

function handle(session: Session, request: Request, services: Services): void | Promise<void> {
  const { type } = request;
  demand(permission(session, type, services));
  demand(services.refuses?.(type));
  noteAdditions(session, { type }, services);
  const pending = (HANDLERS[type] as Handler<typeof type>)(session, request as never, services);
  if (session.window !== undefined) {
    afterReply(session, () => services.windows.served(session, request), services);
  }
  return pending;
}

function permission(
  session: Session,
  type: RequestType,
  services: Services,
): ProtocolError | undefined {
  return session.operator === undefined
    ? mayRequest(askerOf(session, services), type, session.peer.secure)
    : operatorMayRequest(type);
}

const HANDLERS: Handlers = {
  ...accountHandlers,
  ...messageHandlers,
  ...presenceHandlers,
  ...selfHandlers,
  ...channelHandlers,
  ...historyHandlers,
  ...moderationHandlers,
  ...helloHandlers,
  ...webSessionHandlers,
  ...overviewHandlers,
  ...lessonHandlers,
  ...inviteHandlers,
  ...operatorHandlers,
  ...channelAdminHandlers,
  ...userAdminHandlers,
  ...inviteAdminHandlers,
  ...groupHandlers,
  ...classHandlers,
};

function fail(
  session: Session,
  { error, request }: { error: unknown; request: Parsed },
  services: Services,
): void {
  let answer: ProtocolError;
  if (error instanceof ProtocolError) {
    answer = error;
  } else {
    const type = request.sentType ?? "unreadable";
    services.observer.handlerFailed(session.peer, type, error);
    answer = new ProtocolError("internal");
  }
  services.observer.refusedRequest(session.peer, answer.code);
  const line = errorLine(answer, services.texts.error(answer), request);
  reply(session, line + unsentLine(session, answer, { request, services }), services);
  const type = request.sentType?.toLowerCase();
  if (type === "login" || type === "resume") session.loggedOut = true;
  if (answer.code === "bad_json") countMalformed(session, services);
}

// A line that was sent as a message is reported as an unsent message, even if it could not be parsed.
function unsentLine(
  session: Session,
  error: ProtocolError,
  { request, services }: { request: Parsed; services: Services },
): string {
  const { unsent } = services;
  if (request.type === "message") return unsent.lineFor(session, error, request);
  const isMessage = request.type === undefined && isMessageType(request.sentType);
  return isMessage ? unsent.lineFor(session, error, {}) : "";
}

function countMalformed(session: Session, services: Services): void {
  session.malformed ??= new MalformedCount(services.limits.malformedPerMinute);
  if (!session.malformed.add(session.activeAt)) return;
  services.observer.offence(session.peer, "malformed_lines");
  session.releaseHeld();
  session.close("malformed_lines");
}
