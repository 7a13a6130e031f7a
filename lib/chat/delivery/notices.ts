// What the server tells people by itself: a `system` line for clients that use the additions, and a message from
// ClassCord for old ones, which show nothing but messages.
import { encodeLines, type SystemCode, systemLine } from "../../protocol/reply.ts";
import { Listeners } from "./outputs.ts";
import { serverLine } from "./server_message.ts";
import type { Services } from "../services.ts";
import type { Session } from "../presence/session.ts";

/** Something to be told. */
export interface Notice {
  readonly text: string;
  readonly code: SystemCode;
  /** The channel it is about. */
  readonly channel?: string | undefined;
  /** The message it is about. */
  readonly id?: number;
  /** When what it tells of ends, as ISO 8601. */
  readonly until?: string | undefined;
}

/** Tells sessions, before what is appended to the log from now on. */
export function tellNow(
  sessions: Iterable<Session>,
  { text, ...details }: Notice,
  { now }: Pick<Services, "now">,
): void {
  const sentAt = now();
  const system = encodeLines(systemLine(text, sentAt, details));
  const message = serverLine(text, sentAt);
  const modern = new Listeners();
  for (const session of sessions) {
    // A connection that has not joined, or has left meanwhile, gets nothing but replies.
    if (session.user === undefined) continue;
    if (session.modern) modern.add(session);
    else session.deliver(encodeLines(message(session.addressee)));
  }
  modern.send({ bytes: system });
}

/** Tells sessions after all that was said before. */
export function tell(
  sessions: Iterable<Session>,
  notice: Notice,
  services: Pick<Services, "log" | "now">,
): void {
  services.log.append({ kind: "local", run: () => tellNow(sessions, notice, services) });
}

/** Tells the members of a channel, as they are when it is its turn, but one connection. */
export function tellMembers(
  { channel, except }: { channel: string; except: Session },
  notice: Notice,
  services: Services,
): void {
  function run(): void {
    const members = [...services.channels.find(channel)?.members ?? []];
    const others = members.flatMap(({ sessions }) => [...sessions])
      .filter((session) => session !== except);
    tellNow(others, notice, services);
  }
  services.log.append({ kind: "local", run });
}
