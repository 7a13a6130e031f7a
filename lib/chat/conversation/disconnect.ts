// Closes connections on the server's initiative. The client receives the reason, and its session leaves at once.
import type { CloseReason } from "../../net/peer.ts";
import type { SystemCode } from "../../protocol/reply.ts";
import { tellNow } from "../delivery/notices.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { leave } from "./lobby.ts";

/** Why the server closes connections, and the text that it sends to them. */
export type Farewell =
  & { readonly text: string }
  & (
    | { readonly reason: "kicked" | "banned"; readonly code?: undefined }
    | {
      readonly reason: Extract<CloseReason, "signed_out">;
      readonly code: Extract<SystemCode, "session_ended" | "replaced">;
    }
  );

/** Sends connections the reason and closes them. */
export function disconnect(
  sessions: readonly Session[],
  { reason, text, code }: Farewell,
  services: Services,
): void {
  const notice: SystemCode = code ?? reason;
  tellNow(sessions, { text, code: notice }, services);
  for (const session of sessions) {
    session.releaseHeld();
    leave(session, services);
    session.close(reason);
  }
}

/** Closes all connections of a user. The user does not linger, and the token of a guest ends. */
export function disconnectUser(user: User, farewell: Farewell, services: Services): void {
  disconnect([...user.sessions], farewell, services);
  services.guestTokens.end(user);
  services.lingering.end(user);
}
