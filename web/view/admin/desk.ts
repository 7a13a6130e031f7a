// Holds what the administration keeps while its sections change: running work, and passwords to hand out.
import { effect, type Signal, signal } from "@preact/signals";
import type { ClassReport } from "../../../lib/protocol/replies/classes.ts";
import type { Problem } from "../../../lib/school/problem.ts";
import type { Slip } from "../../../lib/school/slips.ts";
import { type Ask, OFFLINE, patient, Refused } from "../../admin/ask.ts";
import { type Batch, type Deed, eachName } from "../../admin/batch.ts";
import type { Choices, ListFile } from "../../admin/importing.ts";
import { isAdmin } from "../../model/permissions.ts";
import type { Failure } from "../../model/state.ts";
import type { Page } from "../page.ts";

/** Names and passwords that are shown once. */
export interface HandOut {
  readonly slips: readonly Slip[];
  /** Whether the page asks for another password at the next login. */
  readonly mustChange: boolean;
}

/** An import of a class list. */
export interface Job {
  readonly state: "reading" | "planned" | "busy" | "unknown" | "done";
  /** What the user chose when the file was read. */
  readonly className: string;
  readonly choices: Choices;
  readonly file: ListFile | undefined;
  readonly report: ClassReport | undefined;
  /** Why the file cannot be read at all. */
  readonly problem: Problem | undefined;
  readonly failure: Failure | undefined;
}

/** What the sections of the administration share. */
export interface Desk {
  readonly ask: Ask;
  readonly batch: Signal<Batch | undefined>;
  readonly handOut: Signal<HandOut | undefined>;
  readonly job: Signal<Job | undefined>;
  /** Does something to each account, with progress at the top of the page. Does nothing while another batch runs. */
  run(names: readonly string[], deed: Deed): Promise<void>;
  /** Adds passwords to those that are shown. */
  hand(slips: readonly Slip[], mustChange?: boolean): void;
}

/** Creates the desk of a page. It is emptied when the user is no longer an admin. */
export function createDesk(page: Page): Desk {
  const batch = signal<Batch | undefined>(undefined);
  const handOut = signal<HandOut | undefined>(undefined);
  const job = signal<Job | undefined>(undefined);
  const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
  let owner = page.app.peek().me?.key;
  effect(() => {
    const { me } = page.app.value;
    if (isAdmin(me) && me?.key === owner) return;
    owner = me?.key;
    batch.value = handOut.value = job.value = undefined;
  });
  effect(() => {
    const isKept = handOut.value !== undefined || batch.value?.isOver === false;
    globalThis.onbeforeunload = isKept ? (event) => event.preventDefault() : null;
  });
  return {
    ask: patient(asking(page), { now: Date.now, wait }),
    batch,
    handOut,
    job,
    async run(names, deed) {
      if (batch.peek()?.isOver === false) return;
      await eachName(names, deed, (next) => batch.value = next);
    },
    hand(slips, mustChange = false) {
      const before = handOut.peek();
      handOut.value = {
        slips: [...before?.slips ?? [], ...slips],
        mustChange: mustChange && before?.mustChange !== false,
      };
    },
  };
}

/** Returns a function that sends a request through the model, and waits for its outcome. */
function asking({ app, dispatch }: Page): Ask {
  let count = 0;
  return (line) =>
    new Promise((resolve, reject) => {
      const tag = `manage ${++count}`;
      dispatch({ type: "manage", line, tag });
      let isSent = false;
      const stop = effect(() => {
        const outcome = app.value.outcomes.get(tag);
        isSent ||= outcome !== undefined;
        // Signing out removes all outcomes.
        if (!isSent || outcome?.state === "busy") return;
        // The effect cannot be stopped before it has returned.
        queueMicrotask(() => {
          stop();
          dispatch({ type: "forget", tag });
        });
        if (outcome?.state === "ok") return resolve(outcome.details as never);
        reject(new Refused(outcome === undefined ? LOST : known(outcome.failure)));
      });
    });
}

const LOST: Failure = { code: OFFLINE, reason: undefined, text: "", retryAt: undefined };

/** Returns a failure whose text is about the page if the page is offline. */
function known(failure: Failure): Failure {
  return failure.code === "offline" ? LOST : failure;
}
