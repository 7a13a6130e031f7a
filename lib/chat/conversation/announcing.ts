// Tells users of the names and states of others, and a guest of its own new name.
import { encodeLines, statusLine, systemLine } from "../../protocol/reply.ts";
import { serverMessage } from "../delivery/server_message.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { noteNewName } from "./hands.ts";

/** Tells the guest of a connection its name, if the connection uses the additions. */
export function tellName({ user }: Session, services: Services): void {
  if (user === undefined) return;
  const text = services.texts.say("renamed_nick", { name: user.name });
  tellNewName(user, { text, message: false }, services);
}

/** Tells everyone except the renamed guest that its old name is gone. */
export function announceGone(guest: User, oldName: string, services: Services): void {
  const [only] = guest.sessions;
  announce({ name: oldName, state: "offline" }, only, services);
}

/** Tells everyone except `except` the state of a user. */
export function announce(
  user: Pick<User, "name" | "state">,
  except: Session | undefined,
  { log }: Services,
): void {
  log.append({ kind: "line", line: statusLine(user.name, user.state), except: except?.id });
}

/** Tells a guest its new name after the old one went to the owner of the account. */
export function announceNewName(guest: User, oldName: string, services: Services): void {
  for (const session of guest.sessions) session.knownAs ??= oldName;
  noteNewName(guest, oldName, services);
  const text = services.texts.say("renamed", { old: oldName, name: guest.name });
  tellNewName(guest, { text, message: true }, services);
  announce(guest, undefined, services);
}

/**
 * Tells a guest its new name.
 *
 * @param message Whether to send a message as well: old clients show nothing else.
 */
export function tellNewName(
  guest: User,
  { text, message }: { text: string; message: boolean },
  { log, now }: Services,
): void {
  const sentAt = now();
  const system = encodeLines(systemLine(text, sentAt, { code: "renamed", name: guest.name }));
  log.append({
    kind: "local",
    run() {
      for (const session of guest.sessions) {
        if (session.modern) session.deliverAbout(system);
        if (message) {
          session.deliverAbout(encodeLines(serverMessage(session, text, sentAt)));
        }
      }
    },
  });
}
