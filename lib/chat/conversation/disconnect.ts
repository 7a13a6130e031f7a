// Ending connections from the server's side: they are told why, and are out of the chat at once.
import type { CloseReason } from "../../net/peer.ts";
import type { SystemCode } from "../../protocol/reply.ts";
import { tellNow } from "../delivery/notices.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { leave } from "./lobby.ts";

/** Why connections are ended, and what they are told. */
export type Farewell =
  & { readonly text: string }
  & (
    | { readonly reason: "kicked" | "banned"; readonly code?: undefined }
    | {
      readonly reason: Extract<CloseReason, "signed_out">;
      readonly code: Extract<SystemCode, "session_ended" | "replaced">;
    }
  );

/** Ends connections, telling them why. */
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

/** Ends all connections of a user, who cannot come back as if nothing had happened. */
export function disconnectUser(user: User, farewell: Farewell, services: Services): void {
  disconnect([...user.sessions], farewell, services);
  services.guestTokens.end(user);
  services.lingering.end(user);
}
