// Notes in the audit log what operators do at an edge, where the chat does not see it.
import type { EdgeAct } from "../../edge/edge.ts";
import { actorOf } from "../actor.ts";
import type { Session } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { act } from "./act.ts";

/** Notes an action of an operator. If that fails, the failure is reported: the action has taken place. */
export function noteEdgeAct(
  session: Session,
  { action, target, reason = "" }: EdgeAct,
  services: Services,
): void {
  try {
    const done = { action, reason, ...target !== undefined && { target }, effect: () => {} };
    act(actorOf(session, services), done, services);
  } catch (error) {
    services.observer.handlerFailed(session.peer, action, error);
  }
}
