// Requests about accounts: register, login, password.
import { networkKey } from "../../net/address.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { replyLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { enterAsMember } from "../lobby.ts";
import { demand } from "../membership.ts";
import type { LoginResult } from "../observer.ts";
import { banError } from "../sanctions.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";

/** Makes an account. The connection stays what it was. */
export async function register(
  session: Session,
  request: RequestOf<"register">,
  services: Services,
): Promise<void> {
  demand(services.refusesPassword(session.peer));
  demand(services.refusesStoring());
  refuseGuestName(session, request.username, services);
  const account = await services.accounts.register(request);
  services.observer.registered(session.peer, account.name);
  reply(session, replyLine({ type: "register", status: "ok", ref: request.ref }), services);
}

// Whoever registered the name of a guest who is online could speak in the guest's place.
function refuseGuestName(session: Session, name: string, { roster }: Services): void {
  const holder = roster.find(nameKey(name));
  if (holder !== undefined && holder !== session.user) {
    throw new ProtocolError("username_taken", "Username already exists.");
  }
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
    const address = networkKey(peer.address);
    const account = await services.accounts.authenticate({ username, password, address });
    const ban = services.sanctions.findUserBan(account.key, services.now());
    if (ban !== undefined) throw banError(ban, services.now());
    services.observer.login(peer, account.name, "ok");
    if (peer.closed) return;
    // What this connection said before goes out before it is somebody else.
    if (session.unreported > 0) services.log.flush();
    reply(
      session,
      replyLine({ type: "login", status: "ok", username: account.name, ref }),
      services,
    );
    enterAsMember(session, account, services);
  } catch (error) {
    const result = error instanceof ProtocolError ? RESULTS.get(error.code) : undefined;
    if (result !== undefined) services.observer.login(peer, username, result);
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
    throw new ProtocolError("login_required", "Log in first: only an account has a password.");
  }
  const address = networkKey(session.peer.address);
  try {
    await services.accounts.changePassword({
      account,
      old: request.old,
      new: request.new,
      address,
    });
  } catch (error) {
    const result = error instanceof ProtocolError ? RESULTS.get(error.code) : undefined;
    if (result !== undefined) services.observer.login(session.peer, account.name, result);
    throw error;
  }
  reply(session, replyLine({ type: "password", status: "ok", ref: request.ref }), services);
}
