// `deno task lesson [SECONDS]`: a class of 30 pages in Chromium, their teacher and ten old clients through a lesson. Each
// part in which everybody writes takes that many seconds (default: 45). At the end everybody must have everything once.
import { parseArgs } from "node:util";
import { ServerProcess } from "../../tests/support/process.ts";
import {
  breakdown,
  chat,
  hands,
  leaveEarly,
  type Lesson,
  listen,
  policy,
  report,
  whisper,
} from "./acts.ts";
import { gather, importClass } from "./cast.ts";
import { Ledger, tokensIn } from "./ledger.ts";
import { judgeAttendance, judgeLog, judgeMessages } from "./verdict.ts";

const { positionals } = parseArgs({ args: Deno.args, allowPositionals: true });
const seconds = Number(positionals[0] ?? 45);
const faults: string[] = [];
const dataDir = await Deno.makeTempDir({ prefix: "classcord-lesson-" });
const begun = performance.now();
try {
  await using server = await ServerProcess.start(dataDir);
  const passwords = await timed("the class list is imported", () => importClass(dataDir));
  await using cast = await timed("everybody is in", () => gather(server, passwords));
  console.log(`     pages open in ${inSeconds(cast.figures["opening"]!)}`);
  console.log(`     signed in, with new passwords, in ${inSeconds(cast.figures["entering"]!)}`);
  const lesson: Lesson = { cast, ledger: new Ledger(), random: randomFrom(18) };
  const { ledger } = lesson;
  const screen = await timed("the projector shows the room", () => cast.project());
  await timed("everybody says hello", () => chat(lesson, "entrance", 10, 1));
  await timed("everybody writes", () => chat(lesson, "first part", seconds, 4));
  await timed("private messages", () => whisper(lesson));
  await timed("hands", () => hands(lesson));
  await timed("private messages with staff only", () => policy(lesson));
  await timed("listen to me", () => listen(lesson));
  await timed("a report, a mute and its end", () => report(lesson));
  await timed("networks break, pages are reloaded", () => breakdown(lesson, seconds, 3));
  await timed("everybody writes again", () => chat(lesson, "last part", seconds, 3));
  const early = cast.pupils.at(-1)!;
  const left = await timed("one pupil leaves early", () => leaveEarly(early));
  const shown = tokensIn(await screen.page.locator("body").innerText());
  const secret = ledger.sent.filter(({ to, token }) => to !== undefined && shown.includes(token));
  if (shown.length === 0 || secret.length > 0) faults.push(`the projector shows ${shown.join()}`);

  faults.push(
    ...await timed("attendance", () =>
      judgeAttendance(server, {
        cast,
        early: { name: early.name, left },
      })),
  );
  for (const client of cast.old) await client.leave();
  const present = [cast.teacher, ...cast.pupils.slice(0, -1)];
  const verdict = await timed(
    "everybody has everything once",
    () => judgeMessages(server, { cast, ledger, present }),
  );
  faults.push(...verdict.faults, ...cast.problems, ...await judgeLog(server));
  const counts = [ledger.open.length, verdict.found, verdict.privateFound];
  console.log(`     ${counts[0]} messages, found ${counts[1]} times; ${counts[2]} private ones`);
} finally {
  await Deno.remove(dataDir, { recursive: true });
}
console.log(`     the lesson took ${inSeconds(performance.now() - begun)}`);
for (const fault of faults.slice(0, 50)) console.log(`FAIL ${fault}`);
console.log(faults.length === 0 ? "ok   no fault" : `FAIL ${faults.length} faults`);
Deno.exit(faults.length === 0 ? 0 : 1);

async function timed<T>(what: string, act: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await act();
  console.log(`ok   ${what} (${inSeconds(performance.now() - started)})`);
  return result;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Returns a generator of the same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
