// What the server tells people by itself: a `system` line for those whose clients show it, and a message
// from ClassCord for those that show nothing but messages.
import { encodeLines, messageLine, type SystemCode, systemLine } from "../protocol/reply.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";

/** Who the server's own messages are from. */
export const SERVER_NAME = "ClassCord";

/** Something to be told. */
export interface Notice {
  readonly text: string;
  readonly code: SystemCode;
  /** The channel it is about. */
  readonly channel?: string;
}

/** Tells sessions at once. */
export function tellNow(sessions: Iterable<Session>, notice: Notice, { now }: Services): void {
  const sentAt = now();
  const { text, code, channel } = notice;
  const system = encodeLines(systemLine(text, sentAt, { code, channel }));
  for (const session of sessions) {
    // Whoever has not joined, or has left meanwhile, gets nothing but replies.
    if (session.user === undefined) continue;
    session.deliver(system);
    if (!session.modern) session.deliver(encodeLines(serverMessage(session, text, sentAt)));
  }
}

/** Tells sessions after all that was said before. */
export function tell(sessions: Iterable<Session>, notice: Notice, services: Services): void {
  services.log.append({ kind: "local", run: () => tellNow(sessions, notice, services) });
}

/** A private message from the server itself to a session that has joined. */
export function serverMessage(session: Session, content: string, sentAt: number): string {
  return messageLine({
    subtype: "private",
    from: SERVER_NAME,
    to: addressOf(session),
    channel: null,
    content,
    sentAt,
    extra: null,
  });
}

// Some old clients drop what is not for exactly the name they believe to have. Others have been told their name.
function addressOf({ modern, knownAs, user }: Session): string {
  return (modern ? undefined : knownAs) ?? user?.name ?? "";
}
