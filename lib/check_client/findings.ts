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
    const { places = {}, sent } = evidence;
    const clipped = Object.entries(places).map(([name, text]) => [name, clip(text)]);
    const shown = sent === undefined ? {} : { sent: clip(sent) };
    this.#set({ check, status: "failed", fault, places: Object.fromEntries(clipped), ...shown });
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

  /** Tells of the checks that a scene has left open. A later scene may still decide them. */
  tellUntried(checks: readonly CheckId[]): void {
    for (const check of checks) {
      if (!this.#found.has(check)) this.#changed({ check, status: "not_tried" });
    }
  }

  /** Whether the client does not do what a check is about. */
  isNotDone(check: CheckId): boolean {
    return this.#found.get(check)?.status === "not_done";
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

/** What a client sent may be as long as a line. More than this does not help anybody. */
const EVIDENCE_MAX = 500;

function clip(text: string): string {
  return text.length <= EVIDENCE_MAX ? text : `${text.slice(0, EVIDENCE_MAX).toWellFormed()}…`;
}
