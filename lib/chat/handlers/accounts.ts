// Requests to make an account and to log in.
import { ProtocolError } from "../../protocol/errors.ts";
import { NAME_UNITS_MAX } from "../../protocol/names.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { enterAsMember } from "../conversation/lobby.ts";
import { demand } from "../permissions.ts";
import { banError } from "../conversation/sanctions.ts";
import { reportRefusedLogin, requesterOf } from "../requester.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";
import type { Handlers } from "./handler.ts";

/** Who serves which of them. */
export const accountHandlers = { register, login } satisfies Partial<Handlers>;

/** Makes an account. The connection stays what it was. */
async function register(
  session: Session,
  request: RequestOf<"register">,
  services: Services,
): Promise<void> {
  demand(services.refusesPassword(session.peer));
  demand(services.refusesStoring());
  const account = await services.accounts.register({
    username: request.username,
    password: request.password,
    requester: requesterOf(session),
    demandFree: (key) => refuseGuestName(session, key, services),
  });
  services.observer.registered(session.peer, account.name);
  reply(session, replyLine(request, { type: "register", status: "ok" }), services);
}

// The owner of an account with the name of a guest who is online could speak in the guest's place. And a
// connection that was closed meanwhile, for example by a ban, leaves no account behind.
function refuseGuestName({ user, closed }: Session, key: string, { roster }: Services): void {
  if (closed) throw new ProtocolError("shutting_down", { reason: "closing" });
  const holder = roster.find(key);
  if (holder !== undefined && holder !== user) {
    throw new ProtocolError("username_taken", { reason: "guest_name" });
  }
}

/** Joins as a member. The reply is the first line the connection gets after the request. */
async function login(
  session: Session,
  request: RequestOf<"login">,
  services: Services,
): Promise<void> {
  const { peer } = session;
  demand(services.refusesPassword(peer));
  const { username, password } = request;
  try {
    const requester = requesterOf(session);
    const { id } = await services.accounts.authenticate({ username, password, requester });
    const account = services.accountStore.findById(id);
    if (account === undefined || account.disabledAt !== null) {
      throw new ProtocolError("login_failed");
    }
    const ban = services.sanctions.findUserBan(account.key, services.now());
    if (ban !== undefined) throw banError(ban, services.now());
    services.observer.login(peer, account.name, "ok");
    if (session.closed) return;
    // What this connection said before goes out before it is somebody else.
    if (session.unreported > 0) services.log.storeNow();
    const line = replyLine(request, { type: "login", status: "ok", username: account.name });
    reply(session, line, services);
    enterAsMember(session, { account, typed: username }, services);
  } catch (error) {
    const name = username.slice(0, NAME_UNITS_MAX);
    reportRefusedLogin(session, { name, error }, services);
    throw error;
  }
}
