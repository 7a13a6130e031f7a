// Small parts of the administration: lists that are loaded, failures, and buttons that ask before they act.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Refused } from "../../admin/ask.ts";
import type { Failure } from "../../model/state.ts";
import { Icon, type IconName } from "../icons.tsx";
import { usePage, useTexts } from "../page.ts";

/** Something that is read from the server. */
export interface Loaded<T> {
  /** Undefined before the first reply. It stays while it is read again. */
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly reload: () => void;
}

/** Reads something when the caller is first drawn, and when `inputs` change. */
export function useLoaded<T>(load: () => Promise<T>, inputs: readonly unknown[] = []): Loaded<T> {
  const [value, setValue] = useState<T | undefined>(undefined);
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    load().then((next) => {
      if (!isCurrent) return;
      setValue(() => next);
      setFailure(undefined);
    }, (error) => isCurrent && setFailure(failureOf(error)));
    return () => isCurrent = false;
  }, [turn, ...inputs]);
  return { value, failure, reload: () => setTurn((before) => before + 1) };
}

/** Returns the failure of a request. @throws {unknown} any other error */
function failureOf(error: unknown): Failure {
  if (error instanceof Refused) return error.failure;
  throw error;
}

/** What a form or a button does, with its progress and its failure. */
export interface Doing {
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  /** Does something, unless something else is still being done. */
  readonly start: (deed: () => Promise<unknown>) => void;
}

/** Returns a way to send requests one after the other. */
export function useDoing(): Doing {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  const running = useRef(false);
  const start = async (deed: () => Promise<unknown>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      await deed();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { isBusy, failure, start: (deed) => void start(deed) };
}

/** Draws why a request has failed. */
export function Trouble({ failure }: { readonly failure: Failure | undefined }) {
  const page = usePage();
  const texts = useTexts();
  if (failure === undefined) return null;
  return <p class="error" role="alert">{texts.failure(failure, page.now())}</p>;
}

/** Draws a button that asks before it acts. Escape cancels. */
export function Confirm(
  { label, question, done, icon, disabled = false, onConfirm }: {
    readonly label: string;
    readonly question: string;
    /** The words on the button that acts. */
    readonly done: string;
    readonly icon?: IconName;
    readonly disabled?: boolean;
    readonly onConfirm: () => void;
  },
) {
  const texts = useTexts();
  const [isAsking, setAsking] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    if (isAsking) box.current?.querySelector("button")?.focus();
    else if (wasAsking.current) opener.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking) {
    return (
      <button
        type="button"
        ref={opener}
        disabled={disabled}
        onClick={() => setAsking(true)}
      >
        {icon !== undefined && <Icon name={icon} />} {label}
      </button>
    );
  }
  return (
    <div
      class="admin-confirm"
      role="group"
      aria-label={question}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        setAsking(false);
      }}
    >
      <p>{question}</p>
      <div class="buttons">
        <button type="button" onClick={() => setAsking(false)}>{texts.say("cancel")}</button>
        <button
          type="button"
          class="primary danger"
          onClick={() => {
            setAsking(false);
            onConfirm();
          }}
        >
          {done}
        </button>
      </div>
    </div>
  );
}

/** Draws a text field of several lines. */
export function Lines(
  { label, hint, value, onValue }: {
    readonly label: string;
    readonly hint: string;
    readonly value: string;
    readonly onValue: (value: string) => void;
  },
) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={4}
        value={value}
        maxLength={60_000}
        spellcheck={false}
        aria-describedby={`${id}h`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <p class="hint" id={`${id}h`}>{hint}</p>
    </div>
  );
}

/** Draws a list to select from. */
export function Select(
  { label, value, options, onValue }: {
    readonly label: string;
    readonly value: string;
    readonly options: readonly (readonly [value: string, words: ComponentChildren])[];
    readonly onValue: (value: string) => void;
  },
) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map(([each, words]) => <option key={each} value={each}>{words}</option>)}
      </select>
    </div>
  );
}
