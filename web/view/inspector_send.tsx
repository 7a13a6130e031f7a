// The form of the inspector that sends a line as the user typed it.
import { useState } from "preact/hooks";
import { usePage, useTexts } from "./page.ts";

/** Lines to begin with. */
const EXAMPLES = [
  '{"type":"users"}',
  '{"type":"whoami"}',
  '{"type":"channels"}',
  '{"type":"history","limit":5}',
  '{"type":"message","content":"Bonjour","ref":"1"}',
] as const;

/** Draws the form. */
export function InspectorSend() {
  const page = usePage();
  const texts = useTexts();
  const [text, setText] = useState("");
  const isBad = text.trim() !== "" && !isObject(text);
  return (
    <form
      class="inspector-send"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === "") return;
        page.dispatch({ type: "send_text", text });
        setText("");
      }}
    >
      <input
        class="mono"
        value={text}
        list="insp-examples"
        placeholder={EXAMPLES[0]}
        aria-label={texts.say("insp_send_label")}
        aria-describedby="insp-send-note"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        dir="ltr"
        ref={(input) => {
          if (input !== null && document.activeElement === document.body) input.focus();
        }}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <datalist id="insp-examples">
        {EXAMPLES.map((example) => <option key={example} value={example} />)}
      </datalist>
      <button type="submit" class="primary small">{texts.say("insp_send_do")}</button>
      <p id="insp-send-note" class={isBad ? "error" : "hint"}>
        {texts.say(isBad ? "insp_send_bad" : "insp_send_note")}
      </p>
    </form>
  );
}

function isObject(text: string): boolean {
  try {
    const line = JSON.parse(text);
    return typeof line === "object" && line !== null && !Array.isArray(line);
  } catch {
    return false;
  }
}
