// Carries out an action of a moderator or operator. It is stored together with its entry in the audit log, and
// then reported to the observers.
import { formatTime } from "../../protocol/reply.ts";
import type { Actor } from "../actor.ts";
import type { ModerationAction } from "../observer.ts";
import type { Services } from "../services.ts";

/** An action, as the audit log records it. */
export interface Act {
  readonly action: ModerationAction;
  readonly target?: string;
  readonly channel?: string;
  readonly reason?: string;
  /** When it ends, in milliseconds since 1970. */
  readonly until?: number | null;
}

/** An action with its effect on the store, and on the memory that mirrors the store. */
export interface Doing<T> extends Act {
  readonly effect: () => T;
}

/** Several actions with one effect. */
export interface DoingTogether<T> {
  readonly acts: readonly Act[];
  readonly effect: () => T;
}

/**
 * Carries out an action. The caller has checked the permission.
 *
 * @returns What the effect returns.
 */
export function act<T>(actor: Actor, doing: Doing<T>, services: Services): T {
  return actTogether(actor, { acts: [doing], effect: doing.effect }, services);
}

/** Like {@linkcode act}, with several entries in the audit log. All are stored together with the effect. */
export function actTogether<T>(
  actor: Actor,
  { acts, effect }: DoingTogether<T>,
  services: Services,
): T {
  const { log, atomically, audit, observer, now } = services;
  const { peer } = actor.session;
  // Messages sent before the action are stored before it.
  log.storeNow();
  const result = atomically(() => {
    for (const { action, target = null, channel = null, reason = "", until = null } of acts) {
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
    }
    return effect();
  });
  for (const { action, target = null, channel = null, reason = "", until = null } of acts) {
    observer.moderated(peer, {
      action,
      actor: actor.name,
      actorAccount: actor.accountId,
      target,
      channel,
      reason,
      until,
    });
  }
  return result;
}

function detailOf(reason: string, until: number | null): string {
  const end = until === null ? "" : `until ${formatTime(until)}`;
  return [end, reason].filter((part) => part !== "").join("; ");
}
