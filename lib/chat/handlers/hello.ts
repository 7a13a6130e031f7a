// Serves `hello`, with which a client describes itself and asks for the properties of the server.
import { FEATURES } from "../../protocol/requests/hello.ts";
import { HISTORY_LIMIT, SEARCH_LIMIT } from "../../protocol/requests/history.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { isRegistrationOpen } from "../invites/using.ts";
import type { Session } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handler of `hello`. */
export const helloHandlers = { hello } satisfies Partial<Handlers>;

/** Stores what the client says about itself, and replies with the version, the rules and the limits of the server. */
function hello(session: Session, request: RequestOf<"hello">, services: Services): void {
  const { client, tab, features } = request;
  const known = FEATURES.filter((feature) => features.includes(feature));
  session.hello = { client, tab, features: new Set(known) };
  const { web, limits, guests, registration } = services;
  const { version, passwordMin, tlsPort } = services.greeting();
  const line = replyLine(request, {
    type: "hello",
    version,
    features: FEATURES,
    guests: guests === true,
    registration: isRegistrationOpen(session, services),
    invites: guests === "invite" || registration === "invite" || undefined,
    passwords: services.refusesPassword(session.peer) === undefined ? "ok" : "tls",
    tls_port: tlsPort,
    limits: {
      line_bytes: limits.lineBytes,
      content_bytes: limits.contentBytes,
      password_min: passwordMin,
      history: HISTORY_LIMIT.max,
      search: SEARCH_LIMIT.max,
    },
    private_messages: services.lesson.policy.value,
    session_days: web.sessionDays,
    class_name: web.className,
    time: formatTime(services.now()),
  });
  reply(session, line, services);
}
