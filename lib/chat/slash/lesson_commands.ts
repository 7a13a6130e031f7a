// Commands of a lesson: raised hands, and who may write private messages.
import { ProtocolError } from "../../protocol/errors.ts";
import type { PrivatePolicy } from "../../protocol/requests/lesson.ts";
import { setPrivatePolicy } from "../moderation/private_policy.ts";
import { lowerHand, raiseHand } from "../conversation/hands.ts";
import type { Answer } from "./answer.ts";
import { actorIn, type Command, type Context } from "./command.ts";
import type { Words } from "./parse.ts";

/** The commands of this family. */
export const lessonCommands: readonly Command[] = [
  { name: "hand", request: "hand", run: hand },
  { name: "hands", request: "hands", isForStaff: true, run: hands },
  { name: "private", request: "policy", isForStaff: true, run: privately },
];

function hand({ session, user, services }: Context): string {
  const { texts, lesson } = services;
  if (lesson.hands.placeOf(user) === undefined) {
    const { place = 0 } = raiseHand(session, services);
    return texts.say("hand_up", { place });
  }
  lowerHand(session, { name: user.name, online: user }, services);
  return texts.say("hand_down");
}

// More hands would not fit into one message.
const HANDS_SHOWN = 500;

function hands({ services: { texts, lesson } }: Context): Answer {
  const raised = lesson.hands.list();
  if (raised.length === 0) return texts.say("hands_none");
  const items = raised.slice(0, HANDS_SHOWN)
    .map(({ place, user: { name } }) => texts.say("hand_line", { place, name }));
  return { head: texts.say("hands_head", { count: raised.length }), items, keep: "first" };
}

const POLICIES: ReadonlyMap<string, PrivatePolicy> = new Map([
  ["all", "all"],
  ["tous", "all"],
  ["staff", "staff"],
  ["none", "none"],
  ["aucun", "none"],
]);

const SHOWN = {
  all: "private_for_all",
  staff: "private_for_staff",
  none: "private_for_none",
} as const;

function privately(context: Context, words: Words): string {
  const { services } = context;
  if (words.rest !== "") {
    const policy = POLICIES.get(words.rest.toLowerCase());
    if (policy === undefined) throw new ProtocolError("bad_request", { reason: "usage" });
    setPrivatePolicy(actorIn(context), policy, services);
  }
  return services.texts.say(SHOWN[services.lesson.policy.value]);
}
