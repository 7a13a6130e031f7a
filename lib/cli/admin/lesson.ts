// `classcord private` and `classcord attendance`: the policy for private messages, and who was online when.
import { Argument, Command, InvalidArgumentError } from "commander";
import type { AttendanceRow } from "../../protocol/replies/lesson.ts";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import { PRIVATE_POLICIES, type PrivatePolicy } from "../../protocol/requests/lesson.ts";
import { csv } from "../terminal/csv.ts";
import { type Column, table } from "../terminal/table.ts";
import { clock, dateAndTime } from "../terminal/units.ts";
import type { AdminClient } from "./client.ts";
import { withJson, withServer } from "./connect.ts";
import { named, type OutputOptions, print } from "./output.ts";

const WHO: Readonly<Record<PrivatePolicy, string>> = {
  all: "Everyone can write private messages.",
  staff: "Private messages are only possible with moderators.",
  none: "Only moderators can write private messages.",
};

/** Returns the command that shows or sets who may write private messages. */
export function privateCommand(): Command {
  return withJson(new Command("private"))
    .summary("show or set who can write private messages")
    .description(
      "Shows or sets who can write private messages: all; staff: only with moderators;\n" +
        "none: only moderators write. It stays set after a restart.",
    )
    .addArgument(new Argument("[who]", "who can write them").choices(PRIVATE_POLICIES))
    .action(
      async (who: PrivatePolicy | undefined, options: OutputOptions, command: Command) => {
        await withServer(command, async (server) => {
          const reply = await server.ask({ type: "policy", private: who });
          print(reply, options, ({ private: policy }) => WHO[policy]);
        });
      },
    );
}

interface AttendanceOptions extends OutputOptions {
  readonly class?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly csv?: true;
}

/** Returns the command that lists who was online when. */
export function attendanceCommand(): Command {
  return withJson(new Command("attendance"))
    .summary("list who was online from when to when")
    .description(
      "Lists who was online from when to when, today or in a period of at most 31 days. With a class, it\n" +
        "lists the absent too. A TIME is 08:30 (today), 2026-11-27 or 2026-11-27T08:30, in local time.",
    )
    .option("--class <name>", "only the accounts of this class, also the absent")
    .option("--from <time>", "beginning of the period (default: midnight)", localTime)
    .option("--to <time>", "end of the period (default: now)", localTime)
    .option("--csv", "print CSV, one line for each visit")
    .action(async (options: AttendanceOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await readAll(server, options);
        if (options.csv) console.log(toCsv(reply));
        else print(reply, options, toTable);
      });
    });
}

async function readAll(
  server: AdminClient,
  { class: name, from = midnight(), to = new Date() }: AttendanceOptions,
): Promise<ReplyOf<"attendance">> {
  const people: AttendanceRow[] = [];
  for (;;) {
    const reply = await server.ask({
      type: "attendance",
      class: name,
      from: from.toISOString(),
      to: to.toISOString(),
      after: people.at(-1)?.name,
    });
    people.push(...reply.people);
    if (reply.more !== true || reply.people.length === 0) {
      const { more: _, ...rest } = reply;
      return { ...rest, people };
    }
  }
}

interface Line {
  readonly person: AttendanceRow;
  readonly from?: string | undefined;
  readonly to?: string | null | undefined;
}

function linesOf(people: readonly AttendanceRow[]): Line[] {
  return people.flatMap((person): Line[] =>
    person.visits.length === 0 ? [{ person }] : person.visits.map((visit) => ({ person, ...visit }))
  );
}

const COLUMNS: readonly Column<Line>[] = [
  { title: "NAME", text: ({ person }) => person.name },
  { title: "KIND", text: kindOf },
  { title: "FROM", text: ({ from }) => from === undefined ? "absent" : clock(from) },
  { title: "TO", text: ({ from, to }) => to ? clock(to) : from === undefined ? "" : "online" },
];

function kindOf({ person }: Line): string {
  return person.guest === true ? "guest" : "account";
}

function toTable({ people, class: name }: ReplyOf<"attendance">): string {
  if (people.length > 0) return table(linesOf(people), COLUMNS);
  return name === undefined ? "Nobody was online." : `The class ${named(name)} is empty.`;
}

function toCsv({ people, class: name = "" }: ReplyOf<"attendance">): string {
  const rows = linesOf(people).map((line) => [
    name,
    line.person.name,
    kindOf(line),
    line.from === undefined ? "" : dateAndTime(new Date(line.from)),
    line.to ? dateAndTime(new Date(line.to)) : "",
  ]);
  return csv([["class", "name", "kind", "from", "to"], ...rows]);
}

function midnight(): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate());
}

const TIME = /^(?:(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?|(\d\d?):(\d\d))$/;

/** Parses a time in the local time zone. @throws `InvalidArgumentError` */
function localTime(text: string): Date {
  const [isTime, year, month, day, hours = "0", minutes = "0", hour, minute] = TIME.exec(text) ??
    [];
  const today = midnight();
  const time = year === undefined
    ? new Date(
      ...[today.getFullYear(), today.getMonth(), today.getDate()] as const,
      Number(hour),
      Number(minute),
    )
    : new Date(
      ...[Number(year), Number(month) - 1, Number(day)] as const,
      Number(hours),
      Number(minutes),
    );
  // An hour of 25 or a month of 13 would become another time.
  const isValid = isTime !== undefined &&
    (year === undefined
      ? time.getHours() === Number(hour) && time.getMinutes() === Number(minute)
      : time.getMonth() === Number(month) - 1 && time.getDate() === Number(day) &&
        Number(hours) < 24 && Number(minutes) < 60);
  if (isValid) return time;
  throw new InvalidArgumentError("Expected a time such as 08:30, 2026-11-27 or 2026-11-27T08:30.");
}
