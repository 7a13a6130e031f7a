// What the checks have found so far. The first fault of a check counts.
import { type CheckId, CHECKS, type Fault, FAULTS, type Finding } from "./checks.ts";

/** What belongs to a fault. */
export type Evidence = Pick<Finding, "places" | "sent">;

/** The findings of one run. */
export class Findings {
  readonly #found = new Map<CheckId, Finding>();
  readonly #changed: (finding: Finding) => void;

  /** @param changed Called for every new finding. */
  constructor(changed: (finding: Finding) => void) {
    this.#changed = changed;
  }

  /** Records a fault. */
  fail(fault: Fault, evidence: Evidence = {}): void {
    const check = FAULTS[fault];
    if (this.#found.get(check)?.status === "failed") return;
    this.#set({ check, status: "failed", fault, ...evidence });
  }

  /** Records that a check has passed, unless it has failed. */
  pass(check: CheckId): void {
    const { status } = this.#found.get(check) ?? {};
    if (status !== "failed" && status !== "passed") this.#set({ check, status: "passed" });
  }

  /** Records that the client does not do what a check is about, and need not. */
  notDone(check: CheckId): void {
    if (!this.#found.has(check)) this.#set({ check, status: "not_done" });
  }

  /** Whether a check has failed. */
  hasFailed(check: CheckId): boolean {
    return this.#found.get(check)?.status === "failed";
  }

  /** The findings of some checks in the order of the report. Those without one were not tried. */
  list(wanted: readonly CheckId[]): Finding[] {
    return CHECKS.filter((check) => wanted.includes(check))
      .map((check) => this.#found.get(check) ?? { check, status: "not_tried" });
  }

  #set(finding: Finding): void {
    this.#found.set(finding.check, finding);
    this.#changed(finding);
  }
}
