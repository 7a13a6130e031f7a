// The card for the first visit: four lines about what to do here. The user dismisses it once per browser.
import { useState } from "preact/hooks";
import { useTexts } from "./page.ts";

const KEY = "classcord.welcomed";

function wasDismissed(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    // Without storage, the card would appear at every visit.
    return true;
  }
}

/** Draws the card for the first visit. */
export function Welcome() {
  const texts = useTexts();
  const [gone, setGone] = useState(wasDismissed);
  if (gone) return null;
  const dismiss = () => {
    setGone(true);
    try {
      localStorage.setItem(KEY, "1");
    } catch {
      // Storage is full: the card appears again at the next visit.
    }
  };
  return (
    <section class="welcome" aria-label={texts.say("welcome")}>
      <strong>{texts.say("welcome")}</strong>
      <ul>
        {([1, 2, 3, 4] as const).map((at) => <li key={at}>{texts.say(`help_first_${at}`)}</li>)}
      </ul>
      <button type="button" onClick={dismiss}>{texts.say("welcome_close")}</button>
    </section>
  );
}
