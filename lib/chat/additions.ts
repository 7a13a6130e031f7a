// Which connections are old. An old connection has used neither `ref` nor a request that only the additions have, so
// its client may show nothing but messages. "Old connections" in docs/PROTOCOL.md says what it receives differently.
import type { RequestType } from "../protocol/request.ts";
import { tellName } from "./conversation/lobby.ts";
import type { Services } from "./services.ts";
import type { Session } from "./presence/session.ts";

// Clients have sent these since before the additions; `userlist`, `who` and `private` are aliases of two of them. A
// tool may send a ping for any client.
const OLD_TYPES: ReadonlySet<RequestType> = new Set<RequestType>([
  "message",
  "users",
  "status",
  "login",
  "register",
  "ping",
]);

/** What a line shows of its client. */
export interface Sent {
  readonly ref?: string | undefined;
  /** The type of a request that the sender may make. */
  readonly type?: RequestType | undefined;
}

/** Notes on the session that its client knows the additions, if a line of it shows that. */
export function noteAdditions(session: Session, { ref, type }: Sent, services: Services): void {
  if (session.modern || ref === undefined && (type === undefined || OLD_TYPES.has(type))) return;
  session.modern = true;
  services.windows.knowsAdditions(session);
  const { user, knownAs } = session;
  // As an old one, it was not told that its guest has another name than it gave.
  if (user?.accountId !== null || knownAs === undefined) return;
  if (knownAs.normalize("NFC") !== user.name) tellName(session, services);
}
