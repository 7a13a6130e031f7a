// Imports a class list: plans, hashes the passwords, plans again and carries the plan out.
import type { Directory } from "../school/directory.ts";
import { findDuplicates, type Person } from "../school/people.ts";
import { needsConfirmation, type Plan, planImport, type PlanOptions } from "../school/plan.ts";
import type { Problem } from "../school/problem.ts";

/** A checked class list. */
export interface CheckedList {
  readonly people: readonly Person[];
  /** The problems of single rows. */
  readonly problems: readonly Problem[];
}

/** A class list that a client is sending in parts. */
export interface SentList extends CheckedList {
  readonly people: Person[];
  readonly problems: Problem[];
  /** The number of UTF-16 units of the rows in JSON. */
  readonly units: number;
}

/** The choices of an import. */
export interface ImportOptions extends PlanOptions {
  /** Whether to change nothing. */
  readonly dryRun: boolean;
  /** Whether to disable accounts even if they are many. */
  readonly confirmed: boolean;
}

/** How to do what an import needs. */
export interface ImportTools<T> {
  readonly directory: Directory;
  readonly hash: (password: string) => Promise<string>;
  /** Called when a password has been hashed. */
  readonly progress: (done: number, of: number) => void;
  /** Carries out the plan at once, in one transaction. */
  readonly apply: (plan: Plan, hashes: ReadonlyMap<Person, string>) => T;
}

/**
 * The result: `refused` if the list has problems, `unconfirmed` if too many accounts would be disabled. In both cases,
 * and in a dry run, nothing has changed.
 */
export type ImportResult<T> =
  | { readonly status: "ok"; readonly plan: Plan; readonly applied: T }
  | { readonly status: "planned" | "refused" | "unconfirmed"; readonly plan: Plan };

// The workers that hash are fewer. More would only fill the queue.
const LANES = 16;

/**
 * Imports a class list. Hashing takes time, and accounts may change meanwhile. So the plan is made again afterwards,
 * and carried out at once if no password is missing.
 *
 * @throws The errors of `hash` and `apply`. Nothing has changed then.
 */
export async function importList<T>(
  list: CheckedList,
  options: ImportOptions,
  tools: ImportTools<T>,
): Promise<ImportResult<T>> {
  const rowProblems = [...list.problems, ...findDuplicates(list.people)];
  const hashes = new Map<Person, string>();
  for (;;) {
    const plan = withProblems(planImport(list.people, tools.directory, options), rowProblems);
    if (plan.problems.length > 0) return { status: "refused", plan };
    if (options.dryRun) return { status: "planned", plan };
    if (needsConfirmation(plan) && !options.confirmed) return { status: "unconfirmed", plan };
    const missing = plan.steps.filter(({ person, password }) => password && !hashes.has(person));
    if (missing.length === 0) return { status: "ok", plan, applied: tools.apply(plan, hashes) };
    await hashAll(missing.map(({ person }) => person), hashes, tools);
  }
}

function withProblems(plan: Plan, more: readonly Problem[]): Plan {
  if (more.length === 0) return plan;
  const lines = new Set(more.map(({ line }) => line));
  const others = plan.problems.filter(({ line }) => !lines.has(line));
  return { ...plan, problems: [...more, ...others].sort((a, b) => a.line - b.line) };
}

// Each person is hashed at most once, so `importList` ends.
async function hashAll(
  people: readonly Person[],
  hashes: Map<Person, string>,
  { hash, progress }: Pick<ImportTools<unknown>, "hash" | "progress">,
): Promise<void> {
  let done = 0;
  const waiting = people.values();
  let failed = false;
  async function lane(): Promise<void> {
    for (const person of waiting) {
      if (failed) return;
      hashes.set(person, await hash(person.password!));
      progress(++done, people.length);
    }
  }
  const lanes = Array.from({ length: LANES }, () =>
    lane().catch((error: unknown) => {
      failed = true;
      throw error;
    }));
  // All lanes have ended before the error goes on.
  const results = await Promise.allSettled(lanes);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
