// Keeps the raised hands in their order, and the policy for private messages.
import { nameKey } from "./keys.ts";
import type { Hand, Lesson, PrivatePolicy } from "./lesson_state.ts";
import { isStaff } from "./permissions.ts";
import { ask, change, command, isJoined, type Step } from "./step.ts";
import { type Line, rowsOf, textOf, timeOf, wholeOf } from "./wire.ts";

/** Replaces members of the state of the lesson. */
export function changeLesson(step: Step, changes: Partial<Lesson>): void {
  change(step, { lesson: { ...step.app.lesson, ...changes } });
}

/** Requests the raised hands. */
export function askHands(step: Step): void {
  if (isJoined(step)) ask(step, { for: "hands" }, { type: "hands" });
}

/** Applies the list of raised hands. */
export function applyHands(step: Step, line: Line): void {
  const hands = rowsOf(line.hands).map((row): Hand => ({
    key: nameKey(textOf(row.user)),
    name: textOf(row.user),
    place: wholeOf(row.place),
    since: timeOf(row.since) ?? serverNow(step),
  })).sort((a, b) => a.place - b.place);
  changeLesson(step, { hands });
}

/** Applies a hand that was raised, has moved up in the order, or was lowered. */
export function applyHand(step: Step, line: Line): void {
  const { hands } = step.app.lesson;
  if (line.all === true) return changeLesson(step, { hands: [] });
  const name = textOf(line.user);
  if (name === "") return;
  const key = nameKey(name);
  const known = hands.find((hand) => hand.key === key);
  if (line.up !== true) {
    if (known !== undefined) changeLesson(step, { hands: without(step, known) });
    return;
  }
  const hand: Hand = {
    key,
    name,
    place: wholeOf(line.place) || known?.place || hands.length + 1,
    since: known?.since ?? serverNow(step),
  };
  const others = hands.filter((each) => each.key !== key);
  changeLesson(step, { hands: [...others, hand].sort((a, b) => a.place - b.place) });
  if (known === undefined && key !== step.app.me?.key) {
    command(step, { type: "announce", what: { kind: "hand", name } });
  }
}

/** Returns the hands without one. Staff sees all of them, so those after it move up. */
function without(step: Step, gone: Hand): Hand[] {
  const rest = step.app.lesson.hands.filter(({ key }) => key !== gone.key);
  if (!isStaff(step.app.me)) return rest;
  return rest.map((hand) => hand.place > gone.place ? { ...hand, place: hand.place - 1 } : hand);
}

/** Applies the policy for private messages. */
export function applyPolicy(step: Step, value: unknown): void {
  const policy = policyOf(value);
  if (policy !== undefined && policy !== step.app.lesson.policy) changeLesson(step, { policy });
}

/** Returns the policy that a line names, or undefined. */
export function policyOf(value: unknown): PrivatePolicy | undefined {
  return value === "all" || value === "staff" || value === "none" ? value : undefined;
}

function serverNow(step: Step): number {
  return step.now + (step.app.server?.clockOffset ?? 0);
}
