// Answers `/help`: all commands for clients that show lines, one line at a time for old clients.
import type { Texts } from "../texts/catalogue.ts";
import { type Answer, type AnswerSpace, HELP_LINE } from "./answer.ts";
import type { CommandName } from "./command.ts";
import { findName, namesOf } from "./names.ts";

/** What the answer depends on. */
export interface HelpContext {
  /** The commands that the asker may run. */
  readonly offered: readonly CommandName[];
  readonly texts: Texts;
  readonly space: AnswerSpace;
}

// Users who read "page 3" in an answer also type `/help page 3`.
const PAGE = /^(?:page\s*)?(\d{1,4})$|^page$/u;

/**
 * Answers `/help`, `/help 2` and `/help join`.
 *
 * @param words The text after the command.
 * @returns The answer; `undefined` if no such command exists.
 */
export function help(words: string, context: HelpContext): Answer | undefined {
  const { texts, offered } = context;
  const wanted = words.toLowerCase().replace(/^\//, "");
  if (wanted === "") return firstPage(context);
  const [isPage, number = "2"] = PAGE.exec(wanted) ?? [];
  if (isPage !== undefined) return page(Number(number), context);
  const name = findName(wanted.split(/\s/, 1)[0]!);
  if (name === undefined) return undefined;
  return offered.includes(name) ? explain(name, texts) : texts.say("error_moderators");
}

function firstPage({ offered, texts, space }: HelpContext): Answer {
  if (space.inLine) return texts.say("help_short");
  return {
    head: texts.say("help_head"),
    items: offered.map((name) => describe(name, texts)),
    tail: texts.say("help_tail"),
    keep: "first",
  };
}

function describe(name: CommandName, texts: Texts): string {
  return texts.say("command_is", {
    usage: texts.say(`usage_${name}`),
    purpose: texts.say(`help_${name}`),
  });
}

function explain(name: CommandName, texts: Texts): Answer {
  const [shown] = texts.say(`usage_${name}`).slice(1).split(" ");
  const others = namesOf(name).filter((each) => each !== shown).map((each) => `/${each}`);
  const also = texts.say("also", { names: others.join(" · ") });
  return {
    head: describe(name, texts),
    items: others.length === 0 ? [] : [also],
    keep: "first",
  };
}

// Page 1 is the short help. The other pages show the usage of each command.
function page(wanted: number, context: HelpContext): Answer {
  const { offered, texts } = context;
  const lines: string[][] = [[]];
  // Each line leaves room for the longest reference to the next page.
  const room = HELP_LINE - JOINT.length - texts.say("help_page", { page: 99 }).length;
  for (const usage of offered.map((name) => texts.say(`usage_${name}`))) {
    const line = lines.at(-1)!;
    if ([...line, usage].join(JOINT).length > room && line.length > 0) lines.push([usage]);
    else line.push(usage);
  }
  const last = lines.length + 1;
  const number = Math.min(wanted, last);
  if (number < 2) return firstPage(context);
  const next = number === last ? [] : [texts.say("help_page", { page: number + 1 })];
  return [...lines[number - 2]!, ...next].join(JOINT);
}

const JOINT = " · ";
