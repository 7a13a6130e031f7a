// One line in, one handler run: rate limit, parse, dispatch, and an answer for everything that fails.
import { ProtocolError } from "../protocol/errors.ts";
import { errorLine } from "../protocol/reply.ts";
import { parseRequest, type Request } from "../protocol/request.ts";
import { login, password, register } from "./handlers/accounts.ts";
import { message } from "./handlers/messages.ts";
import {
  clients,
  disconnect,
  operator,
  reload,
  shutdown,
  stats,
  tail,
} from "./handlers/operator.ts";
import { logout, ping, status, users, whoami } from "./handlers/presence.ts";
import { MalformedCount } from "./rate_limit.ts";
import { reply, type Services } from "./services.ts";
import type { Session } from "./session.ts";

/** Serves one line of a session. */
export type Dispatch = (session: Session, line: string) => void | Promise<void>;

/** Makes the dispatcher. It never throws, and its promises never reject. */
export function createDispatcher(services: Services): Dispatch {
  return function dispatch(session, line) {
    const parsed = tryParse(line, session.operator !== undefined);
    const ref = parsed.ref;
    try {
      takeToken(session, services);
      if (parsed instanceof ProtocolError) throw parsed;
      const pending = handle(session, parsed, services);
      if (pending === undefined) return;
      return session.replyFirst(() =>
        pending.catch((error: unknown) => fail(session, { error, request: parsed, ref }, services))
      );
    } catch (error) {
      fail(session, { error, request: parsed, ref }, services);
    }
  };
}

function tryParse(line: string, operator: boolean): Request | ProtocolError {
  try {
    return parseRequest(line, operator);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    return new ProtocolError("bad_json", "This line cannot be read.");
  }
}

function takeToken(session: Session, services: Services): void {
  const { allowed, retryAfter, flooding } = session.rate.take(session.activeAt);
  if (allowed) return;
  if (flooding) {
    services.observer.offence(session.peer, "flooding");
    session.peer.close("flooding");
  }
  throw new ProtocolError("rate_limited", `Too many requests. Try again in ${retryAfter} s.`, {
    retryAfter,
  });
}

function handle(session: Session, request: Request, services: Services): void | Promise<void> {
  switch (request.type) {
    case "message":
      return message(session, request, services);
    case "users":
      return users(session, request, services);
    case "status":
      return status(session, request, services);
    case "login":
      return login(session, request, services);
    case "register":
      return register(session, request, services);
    case "password":
      return password(session, request, services);
    case "whoami":
      return whoami(session, request, services);
    case "ping":
      return ping(session, request, services);
    case "logout":
      return logout(session, request, services);
    case "operator":
      return operator(session, request, services);
    case "clients":
      return clients(session, request, services);
    case "disconnect":
      return disconnect(session, request, services);
    case "reload":
      return reload(session, request, services);
    case "stats":
      return stats(session, request, services);
    case "shutdown":
      return shutdown(session, request, services);
    case "tail":
      return tail(session, request, services);
  }
}

interface Failure {
  readonly error: unknown;
  readonly request: Request | ProtocolError;
  readonly ref: string | undefined;
}

function fail(session: Session, { error, request, ref }: Failure, services: Services): void {
  let answer: ProtocolError;
  if (error instanceof ProtocolError) {
    answer = error;
  } else {
    const type = request instanceof ProtocolError ? "unreadable" : request.type;
    services.observer.handlerFailed(session.peer, type, error);
    answer = new ProtocolError("internal", "The server failed to serve this request.");
  }
  services.observer.refusedRequest(session.peer, answer.code);
  reply(session, errorLine(answer, ref), services);
  if (answer.code === "bad_json") countMalformed(session, services);
}

function countMalformed(session: Session, services: Services): void {
  session.malformed ??= new MalformedCount(services.limits.malformedPerMinute);
  if (!session.malformed.add(session.activeAt)) return;
  services.observer.offence(session.peer, "malformed_lines");
  session.peer.close("malformed_lines");
}
