// Changes who may write private messages, and tells the users.
import type { PrivatePolicy } from "../../protocol/requests/lesson.ts";
import { encodeLines, jsonLine, systemLine } from "../../protocol/reply.ts";
import type { Actor } from "../actor.ts";
import { Listeners } from "../delivery/outputs.ts";
import { act } from "./act.ts";
import { mayLead } from "../lesson/permissions.ts";
import { demand } from "../permissions.ts";
import type { Session } from "../presence/session.ts";
import type { Services } from "../services.ts";

const NOTICES = { all: "policy_all", staff: "policy_staff", none: "policy_none" } as const;

/** Sets the policy. @throws {ProtocolError} `forbidden` if the actor is not staff. */
export function setPrivatePolicy(
  actor: Actor,
  policy: PrivatePolicy,
  services: Services,
): void {
  demand(mayLead(actor.rank));
  const { policy: current } = services.lesson;
  if (current.isSetTo(policy)) return;
  const before = current.value;
  act(actor, {
    action: "policy",
    target: "private",
    reason: policy,
    effect: () => {
      current.store(policy);
    },
  }, services);
  current.apply(policy);
  if (policy !== before) announcePolicy(services, actor.session);
}

/**
 * Tells the users the policy in force: by an event if their client knows it, else by a notice. Old clients are told
 * when they write a private message that is refused.
 */
export function announcePolicy(services: Services, except?: Session): void {
  const policy = services.lesson.policy.value;
  function run(): void {
    const [knowing, modern] = [new Listeners(), new Listeners()];
    for (const session of services.roster.sessions) {
      if (session === except) continue;
      if (session.hello?.features.has("policy")) knowing.add(session);
      else if (session.modern) modern.add(session);
    }
    knowing.send({ bytes: encodeLines(jsonLine({ type: "policy", private: policy })) });
    const text = services.texts.say(NOTICES[policy]);
    modern.send({ bytes: encodeLines(systemLine(text, services.now(), { code: "policy" })) });
  }
  services.log.append({ kind: "local", run });
}
