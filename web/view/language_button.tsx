// The button that switches between French and English.
import { Icon } from "./icons.tsx";
import { usePage, useTexts } from "./page.ts";

/** Draws the button. Its label is in the other language. */
export function LanguageButton() {
  const page = usePage();
  const texts = useTexts();
  const other = texts.language === "fr" ? "en" : "fr";
  return (
    <button
      type="button"
      class="quiet language"
      lang={other}
      onClick={() => page.dispatch({ type: "prefs", prefs: { language: other } })}
    >
      <Icon name="globe" /> {texts.say("menu_language")}
    </button>
  );
}
