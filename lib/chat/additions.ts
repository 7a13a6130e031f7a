// Detects old connections. An old connection has used neither `ref` nor a request that only the additions have, so
// its client may show nothing but messages. "Old connections" in docs/PROTOCOL.md says what it receives
// differently.
import type { RequestType } from "../protocol/request.ts";
import { tellName } from "./conversation/announcing.ts";
import type { Services } from "./services.ts";
import type { Session } from "./presence/session.ts";

// Clients have sent these types since before the additions; `userlist`, `who` and `private` are aliases of two of
// them. `ping` is listed because a tool may send it on behalf of any client.
const OLD_TYPES: ReadonlySet<RequestType> = new Set<RequestType>([
  "message",
  "users",
  "status",
  "login",
  "register",
  "ping",
]);

/** What a line reveals about its client. */
export interface Sent {
  readonly ref?: string | undefined;
  /** The type of a request that the sender has permission to make. */
  readonly type?: RequestType | undefined;
}

/** Marks the session as modern if a line shows that its client knows the additions. */
export function noteAdditions(session: Session, { ref, type }: Sent, services: Services): void {
  if (session.modern || ref === undefined && (type === undefined || OLD_TYPES.has(type))) return;
  session.modern = true;
  services.windows.knowsAdditions(session);
  const { user, knownAs } = session;
  // While it counted as old, the connection was not told that its guest has another name than the client gave.
  if (user?.accountId !== null || knownAs === undefined) return;
  if (knownAs.normalize("NFC") !== user.name) tellName(session, services);
}
