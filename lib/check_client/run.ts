// Runs the scenes against the client that connects, and ends by itself.
import { Texts } from "../chat/texts/catalogue.ts";
import type { Language } from "../chat/texts/catalogue.ts";
import type { Clock } from "../ops/background.ts";
import { type CheckId, CHECKS, type Finding, type Limits } from "./checks.ts";
import { Findings } from "./findings.ts";
import { NotReady, type OverReason, RunOver } from "./happenings.ts";
import type { Interview } from "./interview.ts";
import { World } from "./played/world.ts";
import { SCENES } from "./scenes/scenes.ts";
import type { Scene } from "./scenes/scene.ts";
import { Stage } from "./stage.ts";
import { Port } from "./wire/port.ts";

/** What a run needs. */
export interface RunParts {
  /** Accepts the connections of the client. The run closes it. */
  readonly listener: Deno.TcpListener;
  readonly interview: Interview;
  readonly limits: Limits;
  /** Time limits and pauses. It only goes forward. */
  readonly clock: Clock;
  /** The time of day, for timestamps, in milliseconds since 1970. */
  readonly timeOfDay: () => number;
  readonly language: Language;
  /** The checks to run; the default is all of them. */
  readonly only?: readonly CheckId[] | undefined;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
}

/** The outcome of a run. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** Why it ended early; `undefined` if it did not. */
  readonly over: OverReason | undefined;
}

/** Checks that look at every line. They pass if lines have arrived and nothing was wrong. */
const WATCHING: readonly CheckId[] = ["one-line", "requests"];

/** Checks one client. */
export async function runChecks(parts: RunParts): Promise<Outcome> {
  const { limits, clock, interview } = parts;
  const only = parts.only ?? CHECKS;
  const findings = new Findings((finding) => {
    if (only.includes(finding.check)) interview.found(finding);
  });
  const texts = new Texts(parts.language);
  const world = new World({ now: parts.timeOfDay, texts });
  await using port = new Port(parts.listener, { limits, clock });
  const stage = new Stage({
    limits,
    clock,
    interview,
    findings,
    world,
    links: () => port.links,
    errorText: (error) => texts.error(error),
  });
  let usesRef = false;
  let hasLines = false;
  port.watch({
    opened: (link) => stage.opened(link),
    closed: (link) => stage.closed(link),
    line: (link, line) => {
      hasLines = true;
      usesRef ||= line.object?.["ref"] !== undefined;
      stage.line(link, line);
    },
    flooded: () => stage.end("flood"),
  });
  const cancel = clock.after(limits.totalMs, () => stage.end("time"));
  const stop = () => stage.end("stopped");
  parts.signal?.addEventListener("abort", stop);
  if (parts.signal?.aborted) stop();
  const over = await playAll(stage, scenesFor(only));
  cancel();
  if (hasLines) {
    for (const check of WATCHING) findings.pass(check);
    if (usesRef) findings.pass("ref");
    else findings.notDone("ref");
  }
  return { findings: findings.list(only), over };
}

function scenesFor(only: readonly CheckId[]): Scene[] {
  const wanted = SCENES.filter(({ checks }) => checks.some((check) => only.includes(check)));
  // Checks that look at every line need a client that sends some.
  return wanted.length > 0 ? wanted : [...SCENES.slice(0, 3)];
}

async function playAll(stage: Stage, scenes: readonly Scene[]): Promise<OverReason | undefined> {
  let skipped = 0;
  try {
    for (const [index, scene] of scenes.entries()) {
      if (scene.needs?.some((check) => stage.findings.hasFailed(check))) continue;
      stage.begin({ number: index + 1, of: scenes.length, check: scene.checks[0]! });
      skipped = await canPlay(stage, scene) ? 0 : skipped + 1;
      stage.findings.tellUntried(scene.checks);
      if (skipped === SKIPPED_MAX) return "nobody";
    }
    stage.tell({ key: "end" });
    return undefined;
  } catch (error) {
    if (error instanceof RunOver) return error.reason;
    throw error;
  } finally {
    stage.intercept = () => false;
    stage.admits = () => true;
  }
}

/** The client is gone after so many scenes without it. */
const SKIPPED_MAX = 2;

/** Plays a scene. Returns whether the client was there. */
async function canPlay(stage: Stage, scene: Scene): Promise<boolean> {
  try {
    await scene.play(stage);
    return true;
  } catch (error) {
    if (error instanceof NotReady) return false;
    throw error;
  }
}
