// Judges a lesson: messages, lines, pages, log and attendance.
import type { AttendanceRow } from "../../lib/protocol/replies/lesson.ts";
import type { ServerProcess } from "../../tests/support/process.ts";
import { ABSENT, type Cast, CLASS, classcord, type Pupil } from "./cast.ts";
import { faultsOf, type Ledger, tokensIn } from "./ledger.ts";

/** Clocks and the time on the way differ by less, in milliseconds. */
const TOLERANCE_MS = 3_000;

/** What was found. */
export interface Verdict {
  readonly faults: string[];
  /** How many messages were found where they belong. */
  readonly found: number;
  readonly privateFound: number;
}

/** Compares what the pages, the old clients and the database have with what was sent. */
export async function judgeMessages(
  server: ServerProcess,
  { cast, ledger, present }: {
    readonly cast: Cast;
    readonly ledger: Ledger;
    readonly present: readonly Pupil[];
  },
): Promise<Verdict> {
  const rows = (await classcord(server.dataDir, "export", "--format", "ndjson", "--private"))
    .trim().split("\n").map((line) => JSON.parse(line));
  const general = rows.filter(({ subtype }) => subtype === "global");
  const order = general.flatMap(({ content }) => tokensIn(content));
  const wanted = ledger.open.map(({ token }) => token);
  const faults = faultsOf("the database", order, wanted);
  let found = 0;
  for (const { name, person } of present) {
    await person.open("#général");
    const first = general.find(({ content }) => tokensIn(content).length > 0).id;
    await person.until(
      `(document.querySelector(".log").scrollTop -= 3000,
        document.querySelector("[role=log] article[data-id]")?.dataset.id === String(arg))`,
      first,
    );
    const shown = tokensIn((await person.messages().allTextContents()).join("\n"));
    const late = faultsOf(name, shown, wanted);
    if (late.length === 0 && shown.join() !== order.join()) late.push(`${name}: in another order`);
    faults.push(...late);
    found += shown.length;
  }
  for (const client of cast.old) {
    faults.push(...client.received.faults);
    // What it may have missed, because it had not joined or was away, counts neither way.
    const doubtful = new Set(
      ledger.open.filter(({ part }) => part === "entrance" || client.missed.has(part))
        .map(({ token }) => token),
    );
    const arrived = client.tokens("global").filter((token) => !doubtful.has(token));
    const due = ledger.open.filter(({ from, token }) =>
      from !== client.kind.name && !doubtful.has(token)
    );
    faults.push(...faultsOf(client.title, arrived, due.map(({ token }) => token)));
    found += arrived.length;
  }
  const privateFound = await judgePrivate({ cast, ledger, present, faults });
  return { faults, found, privateFound };
}

/** Private messages are with their two people, once, and with nobody else. */
async function judgePrivate(
  { cast, ledger, present, faults }: {
    readonly cast: Cast;
    readonly ledger: Ledger;
    readonly present: readonly Pupil[];
    readonly faults: string[];
  },
): Promise<number> {
  const letters = ledger.sent.filter(({ to }) => to !== undefined);
  let found = 0;
  for (const { token, from, to } of letters) {
    const reader = present.find(({ name }) => name === to);
    if (reader === undefined) continue;
    await reader.person.open(from);
    await reader.person.sees(token);
    const shown = tokensIn((await reader.person.messages().allTextContents()).join("\n"));
    const between = letters.filter((each) =>
      [each.from, each.to].sort().join() === [from, to].sort().join()
    );
    faults.push(...faultsOf(`${to} with ${from}`, shown, between.map((each) => each.token)));
    found++;
  }
  for (const client of cast.old) {
    const own = letters.filter(({ to }) => to === client.kind.name).map(({ token }) => token);
    faults.push(...faultsOf(`${client.title}, private`, client.tokens("private"), own));
    found += own.length;
  }
  return found;
}

/** Nothing in the log and in the metrics may be a failure. */
export async function judgeLog(server: ServerProcess): Promise<string[]> {
  const log = await server.log();
  const bad = log.split("\n").filter((line) =>
    / - (ERROR|CRITICAL) - |failure|internal/i.test(line)
  );
  return bad.map((line) => `the log: ${line}`);
}

/** Compares the attendance that the server gives with what happened. */
export async function judgeAttendance(
  server: ServerProcess,
  { cast, early }: {
    readonly cast: Cast;
    readonly early: { readonly name: string; readonly left: readonly [number, number] };
  },
): Promise<string[]> {
  const json = await classcord(server.dataDir, "attendance", "--class", CLASS, "--json");
  const people: AttendanceRow[] = JSON.parse(json).people;
  const faults: string[] = [];
  const visitOf = (name: string) => {
    const visits = people.find((row) => row.name === name)?.visits;
    if (visits?.length === 1) return visits[0]!;
    faults.push(`attendance of ${name}: expected one visit, got ${JSON.stringify(visits)}`);
    return undefined;
  };
  for (const { name, entered } of [cast.teacher, ...cast.pupils]) {
    const visit = visitOf(name);
    if (visit === undefined) continue;
    if (!isWithin(visit.from, entered)) faults.push(`attendance of ${name}: from ${visit.from}`);
    const isRight = name === early.name
      ? visit.to !== null && isWithin(visit.to, early.left)
      : visit.to === null;
    if (!isRight) faults.push(`attendance of ${name}: to ${visit.to}`);
  }
  for (const { kind } of cast.old) {
    // Accounts that registered themselves are not of the class.
    if (kind.password !== undefined && !kind.registers) visitOf(kind.name);
  }
  for (const name of ABSENT) {
    const visits = people.find((row) => row.name === name)?.visits;
    if (visits?.length !== 0) faults.push(`attendance of ${name}: ${JSON.stringify(visits)}`);
  }
  const size = 1 + cast.pupils.length + ABSENT.length + 2;
  if (people.length !== size) faults.push(`attendance: ${people.length} people of ${size}`);
  return faults;
}

function isWithin(time: string, [before, after]: readonly [number, number]): boolean {
  const at = Date.parse(time);
  return at >= before - TOLERANCE_MS && at <= after + TOLERANCE_MS;
}
