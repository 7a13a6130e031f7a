// How each act of a moderator is carried out: after what was said before it, noted together with its
// effect, and then told to the log.
import { formatTime } from "../../protocol/reply.ts";
import type { Actor } from "../actor.ts";
import type { ModerationAction } from "../observer.ts";
import type { Services } from "../services.ts";

/** An act, as it is noted. */
export interface Act {
  readonly action: ModerationAction;
  readonly target?: string;
  readonly channel?: string;
  readonly reason?: string;
  /** When it ends, in milliseconds since 1970. */
  readonly until?: number | null;
}

/** An act with what it does to the store, and to the memory that follows the store. */
export interface Doing<T> extends Act {
  readonly effect: () => T;
}

/**
 * Carries out an act of somebody who is permitted to.
 *
 * @returns What its effect returns.
 */
export function act<T>(actor: Actor, doing: Doing<T>, services: Services): T {
  const { log, atomically, audit, observer, now } = services;
  const { action, target = null, channel = null, reason = "", until = null } = doing;
  const { peer } = actor.session;
  // What was said before is said: the act is about what comes after.
  log.storeNow();
  const result = atomically(() => {
    audit.append({
      at: now(),
      actor: actor.name,
      actorAccount: actor.accountId,
      action,
      target,
      channel,
      detail: detailOf(reason, until),
      address: actor.rank === "operator" ? "" : peer.address,
    });
    return doing.effect();
  });
  observer.moderated(peer, {
    action,
    actor: actor.name,
    actorAccount: actor.accountId,
    target,
    channel,
    reason,
    until,
  });
  return result;
}

function detailOf(reason: string, until: number | null): string {
  const end = until === null ? "" : `until ${formatTime(until)}`;
  return [end, reason].filter((part) => part !== "").join("; ");
}
