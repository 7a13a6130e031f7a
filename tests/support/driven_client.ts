// Drives a console client through check-client, as a student would: types, looks at what it shows, answers.
import { type CheckId, type Finding, LIMITS, type Limits } from "../../lib/check_client/checks.ts";
import type { Credentials, Interview, Question, Step } from "../../lib/check_client/interview.ts";
import { type Outcome, runChecks } from "../../lib/check_client/run.ts";
import { steadyClock } from "../../lib/ops/background.ts";

/** How a client is started. */
export interface Program {
  readonly command: string;
  /** The arguments before the host and the port. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Limits for programs on a busy machine: they wait long for what must happen, and make no pauses. */
export const TEST_LIMITS: Limits = {
  ...LIMITS,
  personMs: 20_000,
  reactMs: 8_000,
  reconnectMs: 15_000,
  totalMs: 120_000,
  idleMs: 300,
  gapMs: 5,
  slowMs: 10,
  holdMs: 300,
  pauseMs: 50,
  retryAfter: 1,
};

/** What to run, and how patient to be. */
export interface Drive {
  readonly limits?: Partial<Limits>;
  readonly only?: readonly CheckId[];
  /** The check that should fail: nobody looks long for what will not appear. */
  readonly doubted?: CheckId;
}

/** The outcome, with what the client has shown. */
export interface Driven extends Outcome {
  readonly output: string;
}

/** How long to look for a text that the client should show. */
const LOOK_MS = 15_000;
const LOOK_DOUBTED_MS = 2_500;

/** Runs the checks on a client. */
export async function driveClient(program: Program, drive: Drive = {}): Promise<Driven> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const student = new Student(program, {
    port: listener.addr.port,
    doubted: drive.doubted,
  });
  try {
    const outcome = await runChecks({
      listener,
      interview: student,
      limits: { ...TEST_LIMITS, ...drive.limits },
      clock: steadyClock,
      timeOfDay: Date.now,
      language: "fr",
      only: drive.only,
    });
    return { ...outcome, output: student.output };
  } finally {
    await student.close();
  }
}

/** The checks of an outcome that have a status, by name, with the fault if there is one. */
export function withStatus({ findings }: Outcome, status: Finding["status"]): string[] {
  return findings.filter((finding) => finding.status === status)
    .map(({ check, fault }) => fault === undefined ? check : `${check}: ${fault}`);
}

class Student implements Interview {
  readonly #program: Program;
  readonly #port: number;
  readonly #doubted: CheckId | undefined;
  readonly #ended: Promise<unknown>[] = [];
  #child: Deno.ChildProcess | undefined;
  #keyboard: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #lookMs = 0;
  #shown = "";
  #before = "";
  #wake = () => {};

  constructor(program: Program, { port, doubted }: { port: number; doubted: CheckId | undefined }) {
    this.#program = program;
    this.#port = port;
    this.#doubted = doubted;
  }

  get output(): string {
    return this.#before + this.#shown;
  }

  scene(): void {}

  tell({ start, fill, type, enter = true }: Step): void {
    if (start) this.#start();
    if (fill !== undefined) this.#type(filledIn(fill));
    if (type !== undefined) this.#type(enter ? `${type}\n` : type);
  }

  async ask({ check, key, shown = [], name }: Question): Promise<boolean> {
    this.#lookMs = check === this.#doubted ? LOOK_DOUBTED_MS : LOOK_MS;
    switch (key) {
      case "seen":
        return await this.#look(() => shown.every((text) => this.#times(text) > 0)) &&
          shown.every((text) => this.#times(text) === 1);
      case "name_shown":
        await this.#look(() => this.#times(name!.content) > 0);
        return !this.#shown.includes(`<${name!.typed}> ${name!.content}`);
      case "told_refusal":
        return await this.#look(() => this.#shown.includes("rate_limited"));
      case "told_end":
        return await this.#look(() => /ferm|perdu/.test(this.#shown));
      case "filled":
      case "did_type":
      case "began":
      case "channels":
        return true;
      case "several_lines":
      case "asked_again":
        return false;
    }
  }

  onSkip(): () => void {
    return () => {};
  }

  found(): void {}

  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#ended);
  }

  #start(): void {
    this.#end();
    const { command, args, env = {} } = this.#program;
    const child = new Deno.Command(command, {
      args: [...args, "127.0.0.1", String(this.#port)],
      env: { CLASSCORD_RECONNECT_MS: "200", LC_ALL: "C.UTF-8", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#keyboard = child.stdin.getWriter();
    this.#before += this.#shown;
    this.#shown = "";
    this.#ended.push(this.#read(child, child.stdout), this.#read(child, child.stderr));
    this.#ended.push(child.status);
  }

  #end(): void {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    this.#ended.push(this.#keyboard!.close().catch(() => {}));
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  #type(text: string): void {
    // A client that has ended reads nothing.
    this.#keyboard?.write(new TextEncoder().encode(text)).catch(() => {});
  }

  async #read(child: Deno.ChildProcess, stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      if (this.#child !== child) continue;
      this.#shown += text;
      this.#wake();
    }
  }

  #times(text: string): number {
    return this.#shown.split(text).length - 1;
  }

  async #look(isShown: () => boolean): Promise<boolean> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, this.#lookMs);
    while (!isShown() && !late) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    clearTimeout(timer);
    return isShown();
  }
}

function filledIn({ name, password, isNew }: Credentials): string {
  return `${name}\n${password}\n${isNew ? "o" : "n"}\n`;
}
