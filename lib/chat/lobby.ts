// Coming and going: joins and leaves sessions, and lets the others know.
import type { Account } from "../store/accounts.ts";
import { messageLine, statusLine } from "../protocol/reply.ts";
import type { User } from "./roster.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";

/** Joins a session as a member, out of whatever it was before. The caller has sent the reply. */
export function enterAsMember(session: Session, account: Account, services: Services): void {
  if (session.user?.accountId === account.id) return;
  leave(session, services);
  const { user, first, displaced } = services.roster.joinMember(session, account);
  if (displaced !== undefined) announceNewName(displaced, account.name, services);
  services.observer.joined(session.peer, user.name, "member");
  if (first) announce(user, session, services);
}

/** Joins a session as a guest, under that name or a free one made from it. */
export function enterAsGuest(session: Session, name: string, services: Services): User {
  const user = services.roster.joinGuest(session, name);
  services.observer.joined(session.peer, user.name, "guest");
  announce(user, session, services);
  return user;
}

/** Takes a session back to unjoined. */
export function leave(session: Session, services: Services): void {
  const user = session.user;
  if (user === undefined) return;
  const last = services.roster.leave(session);
  services.observer.left(session.peer, user.name);
  if (last) announce({ name: user.name, state: "offline" }, session, services);
}

/** Tells everyone but `except` a user's state. */
export function announce(
  user: Pick<User, "name" | "state">,
  except: Session | undefined,
  { log }: Services,
): void {
  log.append({ kind: "presence", line: statusLine(user.name, user.state), except });
}

// Most old clients show nothing but messages, so a guest whose name went to its owner gets one.
function announceNewName(guest: User, oldName: string, services: Services): void {
  const line = messageLine({
    subtype: "private",
    from: "ClassCord",
    to: guest.name,
    channel: null,
    content: `${oldName} is the name of an account. You are ${guest.name} now.`,
    sentAt: services.now(),
    extra: null,
  });
  services.log.append({
    kind: "local",
    run: () => guest.sessions.forEach((session) => session.send(line)),
  });
  announce(guest, undefined, services);
}
