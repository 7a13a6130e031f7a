// The help (first steps, markup, all keys), and the page about accessibility.
import type { TextKey, Texts } from "../texts/catalogue.ts";
import { Modal } from "./dialog.tsx";
import { useTexts } from "./page.ts";
import { Sheet } from "./sheet.tsx";

const MARKS: readonly (readonly [mark: string, text: TextKey, end?: string])[] = [
  ["**", "help_text_bold", "**"],
  ["*", "help_text_italic", "*"],
  ["~~", "help_text_strike", "~~"],
  ["`", "help_text_code", "`"],
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

/** The names of keys that depend on the language. */
const NAMES: Readonly<Record<string, TextKey>> = {
  Enter: "keyboard_enter",
  Shift: "keyboard_shift",
  Home: "keyboard_home",
  End: "keyboard_end",
  Esc: "keyboard_escape",
};

function keyName(keys: string, texts: Texts): string {
  return keys.split("+").map((key) => NAMES[key] === undefined ? key : texts.say(NAMES[key])).join(
    "+",
  );
}

/** Draws the help. */
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
            {MARKS.map(([mark, text, end]) => (
              <div key={text}>
                <dt>
                  <code>{end === undefined ? mark : `${mark}${texts.say(text)}${end}`}</code>
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
                <dt>
                  {keys.split(" ").map((each) => <kbd key={each}>{keyName(each, texts)}</kbd>)}
                </dt>
                <dd>{texts.say(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}

/** Draws the page about accessibility. */
export function Accessibility() {
  const texts = useTexts();
  return (
    <Sheet title={texts.say("accessibility")}>
      {([1, 2, 3, 4, 5] as const).map((at) => <p key={at}>{texts.say(`accessibility_${at}`)}</p>)}
    </Sheet>
  );
}
