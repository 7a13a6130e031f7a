// Lists the tokens of an account for replies.
import type { WebSessionRow } from "../../protocol/replies/web_sessions.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { Services } from "../services.ts";
import { expiryOf } from "./giving.ts";

/**
 * Lists the tokens that have not expired, the newest first.
 *
 * @param current The digest of the requesting connection's own token, if it has one.
 */
export function listWebSessions(
  accountId: number,
  current: string | undefined,
  services: Services,
): WebSessionRow[] {
  const now = services.now();
  return services.webSessions.list(accountId, now).flatMap((kept) => {
    const expiresAt = expiryOf(kept, services);
    if (expiresAt <= now) return [];
    return [{
      id: kept.id,
      client: kept.client,
      created_at: formatTime(kept.createdAt),
      last_used_at: formatTime(kept.lastUsedAt),
      expires: formatTime(expiresAt),
      current: kept.tokenHash === current ? true : undefined,
    }];
  });
}
