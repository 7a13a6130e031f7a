// The help: first steps, how to mark text, and every key. And the page about accessibility.
import type { TextKey } from "../texts/catalogue.ts";
import { Modal } from "./dialog.tsx";
import { useTexts } from "./page.ts";
import { Sheet } from "./sheet.tsx";

const MARKS: readonly (readonly [typed: string, text: TextKey])[] = [
  ["**bold**", "help_text_bold"],
  ["*italic*", "help_text_italic"],
  ["~~struck~~", "help_text_strike"],
  ["`code`", "help_text_code"],
  ["```java", "help_text_block"],
  ["> ", "help_text_quote"],
];

const KEYS: readonly (readonly [keys: string, text: TextKey])[] = [
  ["Ctrl+K", "key_jump"],
  ["?", "key_help"],
  ["F6", "key_regions"],
  ["Alt+↑ Alt+↓", "key_rooms"],
  ["Alt+Shift+↑ Alt+Shift+↓", "key_unread"],
  ["Enter", "key_send"],
  ["Shift+Enter", "key_line"],
  ["Tab", "key_complete"],
  ["↑", "key_log"],
  ["↑ ↓", "key_messages"],
  ["Home End", "key_ends"],
  ["R", "key_reply"],
  ["L", "key_link"],
  ["P", "key_person"],
  ["Enter", "key_menu"],
  ["Esc", "key_escape"],
];

/** The help. */
export function Help() {
  const texts = useTexts();
  return (
    <Modal title={texts.say("help")} wide>
      <div class="help">
        <section>
          <h3>{texts.say("help_first")}</h3>
          <ul>
            {([1, 2, 3, 4] as const).map((step) => (
              <li key={step}>{texts.say(`help_first_${step}`)}</li>
            ))}
          </ul>
          <h3>{texts.say("help_text")}</h3>
          <dl>
            {MARKS.map(([typed, text]) => (
              <div key={text}>
                <dt>
                  <code>{typed}</code>
                </dt>
                <dd>{texts.say(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>{texts.say("help_keys")}</h3>
          <dl>
            {KEYS.map(([keys, text]) => (
              <div key={text}>
                <dt>{keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
                <dd>{texts.say(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}

/** What the page does for accessibility. */
export function Accessibility() {
  const texts = useTexts();
  return (
    <Sheet title={texts.say("accessibility")}>
      {([1, 2, 3, 4, 5] as const).map((at) => <p key={at}>{texts.say(`accessibility_${at}`)}</p>)}
    </Sheet>
  );
}
