// Imports a class list: choose or drop a file, see what would change, import, hand the slips out.
import { useState } from "preact/hooks";
import { ListError } from "../../../lib/school/problem.ts";
import { DISABLE_SHARE_MAX } from "../../../lib/school/limits.ts";
import { Refused } from "../../admin/ask.ts";
import {
  carryOut,
  checkImport,
  type Choices,
  planImport,
  problemsOf,
  readListFile,
} from "../../admin/importing.ts";
import { Check, Field } from "../fields.tsx";
import { useApp, usePage, useTexts } from "../page.ts";
import type { Desk, Job } from "./desk.ts";
import { FileDrop } from "./file_drop.tsx";
import { ImportReport } from "./import_report.tsx";
import { Confirm, Trouble } from "./parts.tsx";

const NEW = { file: undefined, report: undefined, problem: undefined, failure: undefined };

const NO_CHOICES: Choices = { resetPasswords: false, disableMissing: false, mustChange: false };

/** Draws the import. */
export function ImportClass({ desk }: { readonly desk: Desk }) {
  const page = usePage();
  const texts = useTexts();
  const passwordMin = useApp(({ server }) => server?.passwordMin ?? 0);
  const [chosen, choose] = useState<File | undefined>(undefined);
  const job = desk.job.value;
  const [className, setClassName] = useState(job?.className ?? "");
  const [choices, setChoices] = useState(job?.choices ?? NO_CHOICES);
  const isBusy = job?.state === "reading" || job?.state === "busy";
  // After a lost reply, the same file and the same passwords are needed.
  const isFixed = isBusy || job?.state === "unknown";
  const change = (changes: Partial<Job>) => {
    const before = desk.job.peek();
    // The desk was emptied if the user is no longer an admin.
    if (before !== undefined) desk.job.value = { ...before, ...changes };
  };
  /** Reads the file, and asks what it would change. */
  const plan = async (file: File | undefined) => {
    if (file === undefined || isFixed) return;
    choose(file);
    desk.job.value = { ...NEW, state: "reading", className, choices };
    try {
      const read = await readListFile(file, { className, passwordMin });
      change({ file: read });
      change({ state: "planned", report: await planImport(desk.ask, read, choices) });
    } catch (error) {
      if (error instanceof ListError) change({ state: "planned", problem: error.problem });
      else fail(error, "planned");
    }
  };
  const fail = (error: unknown, state: Job["state"]) => {
    if (!(error instanceof Refused)) throw error;
    change({ state, failure: error.failure });
  };
  const finish = async (confirmed: boolean) => {
    const { choices, file, report: before, state } = desk.job.peek()!;
    change({ state: "busy", failure: undefined });
    page.dispatch({ type: "forget", tag: "class_progress" });
    try {
      const { isDone, report, slips } = state === "unknown"
        ? await checkImport(desk.ask, file!, { choices, before: before! })
        : await carryOut(desk.ask, file!, { ...choices, confirmed });
      change({ state: isDone ? "done" : "planned", report });
      if (slips.length > 0) desk.hand(slips, choices.mustChange);
    } catch (error) {
      const isUnknown = error instanceof Refused && error.isUnknown;
      fail(error, isUnknown ? "unknown" : "planned");
    }
  };
  const option = (name: keyof Choices) => (
    <Check
      label={texts.say(`adm_import_${name}`)}
      hint={texts.say(`adm_import_${name}_hint`)}
      checked={choices[name]}
      onChecked={(isOn) => {
        if (isFixed) return;
        setChoices({ ...choices, [name]: isOn });
        // What was planned before is no longer right.
        desk.job.value = undefined;
      }}
    />
  );
  return (
    <>
      <p class="hint">{texts.say("adm_import_note")}</p>
      <FileDrop disabled={isFixed} onFile={(file) => void plan(file)} />
      <details>
        <summary>{texts.say("adm_import_options")}</summary>
        <div class="stack">
          <Field
            label={texts.say("adm_import_class")}
            hint={texts.say("adm_import_class_hint")}
            value={className}
            onValue={(name) => {
              if (isFixed) return;
              setClassName(name);
              desk.job.value = undefined;
            }}
            maxLength={128}
          />
          {option("resetPasswords")}
          {option("disableMissing")}
          {option("mustChange")}
        </div>
      </details>
      {job === undefined && chosen !== undefined && (
        <button
          type="button"
          class="primary"
          onClick={() => void plan(chosen)}
        >
          {texts.say("adm_import_again", { file: chosen.name })}
        </button>
      )}
      {job !== undefined && <ImportReport job={job} />}
      <Trouble failure={job?.failure} />
      {job !== undefined && <Next job={job} onFinish={(confirmed) => void finish(confirmed)} />}
    </>
  );
}

/** Draws the button that goes on. Disabling many accounts is asked for first. */
function Next(
  { job, onFinish }: { readonly job: Job; readonly onFinish: (confirmed: boolean) => void },
) {
  const texts = useTexts();
  const { file, report, state } = job;
  if (file === undefined || report === undefined) return null;
  if (state === "unknown") {
    return (
      <>
        <p>{texts.say("adm_import_lost")}</p>
        <button type="button" class="primary" onClick={() => onFinish(false)}>
          {texts.say("adm_import_check")}
        </button>
      </>
    );
  }
  if (state !== "planned" || problemsOf(file, report).count > 0) return null;
  const { add, change, disable, move, share } = report;
  if (add + change + move + disable.length === 0) {
    return <p role="status">{texts.say("adm_import_nothing")}</p>;
  }
  if (share > DISABLE_SHARE_MAX) {
    return (
      <Confirm
        label={texts.say("adm_import_do")}
        question={texts.count("adm_import_many", disable.length, {
          percent: Math.round(100 * share),
        })}
        done={texts.say("adm_import_do")}
        onConfirm={() => onFinish(true)}
      />
    );
  }
  return (
    <div class="buttons">
      <button type="button" class="primary" onClick={() => onFinish(false)}>
        {texts.say("adm_import_do")}
      </button>
    </div>
  );
}
