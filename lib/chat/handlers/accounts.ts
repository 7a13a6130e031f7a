// Requests about accounts: register, login, password.
import type { Requester } from "../../auth/requester.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { NAME_UNITS_MAX } from "../../protocol/names.ts";
import { replyLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { enterAsMember } from "../conversation/lobby.ts";
import { demand } from "../permissions.ts";
import type { LoginResult } from "../observer.ts";
import { banError } from "../conversation/sanctions.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";

/** Makes an account. The connection stays what it was. */
export async function register(
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
  reply(session, replyLine({ type: "register", status: "ok", ref: request.ref }), services);
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

function requesterOf(session: Session): Requester {
  return {
    network: session.network,
    presence: () => session.closed ? "closed" : session.peer.hungUp ? "hung_up" : "connected",
  };
}

/** Joins as a member. The reply is the first line the connection gets after the request. */
export async function login(
  session: Session,
  request: RequestOf<"login">,
  services: Services,
): Promise<void> {
  const { peer } = session;
  demand(services.refusesPassword(peer));
  const { username, password, ref } = request;
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
    reply(
      session,
      replyLine({ type: "login", status: "ok", username: account.name, ref }),
      services,
    );
    enterAsMember(session, { account, typed: username }, services);
  } catch (error) {
    const result = error instanceof ProtocolError ? RESULTS.get(error.code) : undefined;
    const claimed = username.slice(0, NAME_UNITS_MAX);
    if (result !== undefined) services.observer.login(peer, claimed, result);
    throw error;
  }
}

const RESULTS: ReadonlyMap<string, LoginResult> = new Map([
  ["login_failed", "failed"],
  ["throttled", "throttled"],
  ["busy", "busy"],
  ["banned", "banned"],
]);

/** Changes the password of the member who asks. */
export async function password(
  session: Session,
  request: RequestOf<"password">,
  services: Services,
): Promise<void> {
  demand(services.refusesPassword(session.peer));
  const account = session.user === undefined || session.user.accountId === null
    ? undefined
    : services.accountStore.findByKey(session.user.key);
  if (account === undefined) {
    throw new ProtocolError("login_required", { reason: "password_owner" });
  }
  try {
    await services.accounts.changePassword({
      account,
      old: request.old,
      new: request.new,
      requester: requesterOf(session),
    });
  } catch (error) {
    const result = error instanceof ProtocolError ? RESULTS.get(error.code) : undefined;
    if (result !== undefined) services.observer.login(session.peer, account.name, result);
    throw error;
  }
  reply(session, replyLine({ type: "password", status: "ok", ref: request.ref }), services);
}
