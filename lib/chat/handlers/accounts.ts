// Requests that create an account or log in.
import { ProtocolError } from "../../protocol/errors.ts";
import { NAME_UNITS_MAX } from "../../protocol/names.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { acceptInvite, enterInvited } from "../conversation/invited.ts";
import { enterAsMember } from "../conversation/lobby.ts";
import { holdInvite } from "../invites/holding.ts";
import { demandRegistration, registerInvited } from "../invites/using.ts";
import { demand } from "../permissions.ts";
import { banError } from "../conversation/sanctions.ts";
import { reportRefusedLogin, requesterOf } from "../requester.ts";
import { reply, type Services } from "../services.ts";
import { endToken } from "../web_sessions/ending.ts";
import { giveToken, NO_TOKEN } from "../web_sessions/giving.ts";
import type { Session } from "../presence/session.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const accountHandlers = { register, login } satisfies Partial<Handlers>;

/** Creates an account. The user of the connection does not change. */
async function register(
  session: Session,
  request: RequestOf<"register">,
  services: Services,
): Promise<void> {
  demand(services.refusesPassword(session.peer));
  demand(services.refusesStoring());
  if (request.invite !== undefined) holdInvite(session, request.invite, services);
  const account = await services.accounts.create({
    username: request.username,
    password: request.password,
    requester: requesterOf(session),
    isOwn: true,
    demandFree: (key) => {
      demandRegistration(session, services);
      refuseGuestName(session, key, services);
    },
    within: (make) => registerInvited(session, make, services),
  });
  services.observer.registered(session.peer, account.name);
  reply(session, replyLine(request, { type: "register", status: "ok" }), services);
}

// A new account must not take the name of another guest who is online: its owner could write in the guest's name.
// A connection that was closed meanwhile, for example by a ban, creates no account.
function refuseGuestName({ user, closed }: Session, key: string, { roster }: Services): void {
  if (closed) throw new ProtocolError("shutting_down", { reason: "closing" });
  const holder = roster.find(key);
  if (holder !== undefined && holder !== user) {
    throw new ProtocolError("username_taken", { reason: "guest_name" });
  }
}

/** Logs in. The reply is the first line that the connection receives after the request. */
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
    // Messages that this connection has sent under its old name are reported before the name changes.
    if (session.unreported > 0) services.log.storeNow();
    const previous = session.user?.accountId === id ? session.token : undefined;
    const { members, token } = request.session ? giveToken(session, id, services) : NO_TOKEN;
    const { name } = account;
    const room = acceptInvite(session, account, services);
    const channel = room?.channel.name;
    // Only pages ask for a token. Other clients could not do anything about it.
    const line = replyLine(request, {
      type: "login",
      status: "ok",
      username: name,
      channel,
      ...members,
      must_change: request.session && account.mustChange ? true : undefined,
    });
    reply(session, line, services);
    enterAsMember(session, { account, typed: username }, services);
    enterInvited(session, room, services);
    if (token === undefined) return;
    session.token = token;
    if (previous !== undefined) endToken(previous, services);
  } catch (error) {
    const name = username.slice(0, NAME_UNITS_MAX);
    reportRefusedLogin(session, { name, error }, services);
    throw error;
  }
}
