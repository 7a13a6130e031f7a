// Sends notices from the server to users: a `system` line for clients that use the additions, and a message from
// ClassCord for old clients, which show nothing but messages.
import { encodeLines, type SystemCode, systemLine } from "../../protocol/reply.ts";
import { Listeners } from "./outputs.ts";
import { serverLine } from "./server_message.ts";
import type { Services } from "../services.ts";
import type { Session } from "../presence/session.ts";

/** A notice to a user. */
export interface Notice {
  readonly text: string;
  readonly code: SystemCode;
  /** The channel that the notice is about. */
  readonly channel?: string | undefined;
  /** The id of the message that the notice is about. */
  readonly id?: number;
  /** When the sanction that the notice reports ends, as ISO 8601. Only connections that sent `hello` receive it. */
  readonly until?: string | undefined;
}

/** Sends a notice to sessions before everything that is appended to the log from now on. */
export function tellNow(
  sessions: Iterable<Session>,
  { text, until, ...details }: Notice,
  { now }: Pick<Services, "now">,
): void {
  const sentAt = now();
  const message = serverLine(text, sentAt);
  const modern = new Listeners();
  const introduced = new Listeners();
  for (const session of sessions) {
    // A connection that has not joined receives only replies.
    if (session.user === undefined) continue;
    if (session.hello !== undefined && until !== undefined) introduced.add(session);
    else if (session.modern) modern.add(session);
    else session.deliver(encodeLines(message(session.addressee)));
  }
  modern.send({ bytes: encodeLines(systemLine(text, sentAt, details)) });
  if (introduced.isEmpty) return;
  introduced.send({ bytes: encodeLines(systemLine(text, sentAt, { ...details, until })) });
}

/** Sends a notice to sessions, after everything that is in the log already. */
export function tell(
  sessions: Iterable<Session>,
  notice: Notice,
  services: Pick<Services, "log" | "now">,
): void {
  services.log.append({ kind: "local", run: () => tellNow(sessions, notice, services) });
}

/**
 * Sends a notice to the members of a channel except one connection. The log decides who is a member at that point.
 */
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
