// Form fields with a label, a hint and an error.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { IconButton } from "./icons.tsx";
import { useTexts } from "./page.ts";

interface Properties {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly type?: "text" | "password" | "search" | "date" | "time";
  readonly autocomplete?: "username" | "current-password" | "new-password" | "off";
  readonly maxLength?: number;
  readonly required?: boolean;
  readonly autofocus?: boolean;
}

/** Draws a text field of one line. */
export function Field({ label, value, onValue, hint, error, type = "text", ...rest }: Properties) {
  const texts = useTexts();
  const id = useId();
  const [shown, setShown] = useState(false);
  const described = [hint === undefined ? "" : `${id}h`, error === undefined ? "" : `${id}e`];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <input
          id={id}
          value={value}
          aria-invalid={error !== undefined}
          aria-describedby={described.join(" ").trim() || undefined}
          spellcheck={false}
          autocapitalize="off"
          onInput={(event) => onValue(event.currentTarget.value)}
          {...{ ...rest, type: type === "password" && shown ? "text" : type } as object}
        />
        {type === "password" && (
          <IconButton
            name="eye"
            label={texts.say(shown ? "door_hide_password" : "door_show_password")}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        )}
      </div>
      {hint !== undefined && <p class="hint" id={`${id}h`}>{hint}</p>}
      {error !== undefined && <p class="error" id={`${id}e`} role="alert">{error}</p>}
    </div>
  );
}

/** Draws a check box with a hint. */
export function Check(
  { label, hint, checked, onChecked }: {
    readonly label: string;
    readonly hint?: string;
    readonly checked: boolean;
    readonly onChecked: (checked: boolean) => void;
  },
) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}h`}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint !== undefined && <p class="hint" id={`${id}h`}>{hint}</p>}
    </div>
  );
}

/** Draws several choices side by side, of which one is selected. */
export function Choice<T extends string | number>(
  { label, value, options, onValue }: {
    readonly label: string;
    readonly value: T;
    readonly options: readonly (readonly [value: T, words: ComponentChildren])[];
    readonly onValue: (value: T) => void;
  },
) {
  const id = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map(([option, words]) => (
          <label key={option} class={option === value ? "chosen" : ""}>
            <input
              type="radio"
              name={id}
              checked={option === value}
              onChange={() =>
                onValue(option)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
