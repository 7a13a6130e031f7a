// Keeps the list of the class that staff looks at: who is here, since when, and what each person said last.
import type { AskedClass } from "./asked.ts";
import { changeLesson } from "./hands.ts";
import { channelKey, nameKey } from "./keys.ts";
import type { LastSaid, Pupil } from "./lesson_state.ts";
import { isStaff } from "./permissions.ts";
import type { Item, RoomKey } from "./state.ts";
import { ask, command, isJoined, type Step } from "./step.ts";
import { type Line, roleOf, rowsOf, textOf, timeOf, wholeOf } from "./wire.ts";

/** How often the list is requested while the panel is open, in milliseconds. */
const REFRESH_MS = 20_000;

/** The maximum number of pages of one list. */
const PAGES_MAX = 20;

/** The maximum length of a last message in the list, in UTF-16 units. */
const TEXT_MAX = 80;

/** Starts or ends the updates of the list. */
export function watchClass(step: Step, isWatched: boolean): void {
  if (step.app.lesson.isWatched === isWatched) return;
  changeLesson(step, { isWatched });
  if (isWatched) askLesson(step);
}

/** Requests the classes and the list, if the panel is open. */
export function askLesson(step: Step): void {
  if (!step.app.lesson.isWatched || !isStaff(step.app.me) || !isJoined(step)) return;
  ask(step, { for: "classes" }, { type: "classes" });
  askClass(step);
}

/** Requests the list of the chosen class, and sets the timer for the next request. */
export function askClass(step: Step): void {
  const { chosen, isWatched } = step.app.lesson;
  if (!isWatched || !isStaff(step.app.me)) return;
  command(step, { type: "timer", name: "class", ms: REFRESH_MS });
  if (!isJoined(step) || !step.app.attention.visible) return;
  request(step, { for: "class", className: chosen, rows: [], pages: 1 });
}

function request(step: Step, asked: AskedClass): void {
  const after = asked.rows.at(-1)?.name;
  ask(step, asked, {
    type: "class",
    ...(asked.className === undefined ? {} : { class: asked.className }),
    ...(after === undefined ? {} : { after }),
  });
}

/** Shows the list of another class, or of everyone who is online. */
export function chooseClass(step: Step, chosen: string | undefined): void {
  if (chosen === step.app.lesson.chosen) return;
  changeLesson(step, { chosen, pupils: undefined });
  askClass(step);
}

/** Applies the list of classes. At the first one, a server with one class shows that class. */
export function applyClasses(step: Step, line: Line): void {
  const classes = rowsOf(line.classes).map(({ name, members }) => ({
    name: textOf(name),
    members: wholeOf(members),
  })).filter(({ name }) => name !== "");
  const { chosen, classes: before } = step.app.lesson;
  changeLesson(step, { classes });
  if (before.length === 0 && chosen === undefined && classes.length === 1) {
    chooseClass(step, classes[0]!.name);
  }
}

/** Applies a page of the list, and requests the next page if there is one. */
export function applyClass(step: Step, asked: AskedClass, line: Line): void {
  if (asked.className !== step.app.lesson.chosen) return;
  const page = rowsOf(line.people).filter(({ name }) => textOf(name) !== "");
  const rows = [...asked.rows, ...page.map((row) => pupilOf(row, step.now))];
  if (line.more === true && page.length > 0 && asked.pages < PAGES_MAX) {
    return request(step, { ...asked, rows, pages: asked.pages + 1 });
  }
  changeLesson(step, { pupils: rows });
}

/** Handles a rejected request. A class that does not exist any more is not shown any more. */
export function failClass(step: Step, { className }: AskedClass, code: string): void {
  if (code === "rate_limited" || code === "busy" || className === undefined) return;
  if (className === step.app.lesson.chosen) chooseClass(step, undefined);
}

/** Records a message in a channel as the last one of its sender. */
export function noteLast(step: Step, room: RoomKey, item: Item): void {
  const { pupils } = step.app.lesson;
  if (pupils === undefined || !room.startsWith("#")) return;
  const text = item.content.replace(/\s+/g, " ").trim().slice(0, TEXT_MAX);
  const last: LastSaid = { id: item.id, room, at: item.at, text };
  changePupil(step, (pupil) => pupil.key === item.fromKey, { last });
}

/** Removes the text of a deleted message from the list. */
export function forgetLast(step: Step, id: number): void {
  changePupil(step, ({ last }) => last?.id === id, { last: undefined });
}

function changePupil(
  step: Step,
  isMeant: (pupil: Pupil) => boolean,
  changes: Partial<Pupil>,
): void {
  const { pupils } = step.app.lesson;
  if (pupils?.some(isMeant) !== true) return;
  changeLesson(step, {
    pupils: pupils.map((pupil) => isMeant(pupil) ? { ...pupil, ...changes } : pupil),
  });
}

function pupilOf(row: Line, now: number): Pupil {
  const name = textOf(row.name);
  const until = row.muted_until === null ? Infinity : timeOf(row.muted_until);
  const said = (typeof row.last === "object" && row.last !== null ? row.last : {}) as Line;
  return {
    key: nameKey(name),
    name,
    role: roleOf(row.role),
    here: row.here === true,
    state: textOf(row.state),
    since: timeOf(row.since),
    last: wholeOf(said.id) === 0 ? undefined : {
      id: wholeOf(said.id),
      room: channelKey(textOf(said.channel)),
      at: timeOf(said.at) ?? 0,
      text: textOf(said.text),
    },
    mutedUntil: until !== undefined && until > now ? until : undefined,
    disabled: row.disabled === true,
  };
}
