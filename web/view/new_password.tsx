// The form for users who must choose a password of their own before anything else, as after a list was imported.
import { useEffect } from "preact/hooks";
import { LanguageButton } from "./language_button.tsx";
import { Mark } from "./mark.tsx";
import { usePage, useTexts } from "./page.ts";

/** Draws the form. It disappears once the server has accepted the new password. */
export function NewPassword() {
  const { dispatch, later, loadLater } = usePage();
  const texts = useTexts();
  useEffect(loadLater, []);
  const Fields = later.value?.PasswordFields;
  if (Fields === undefined) return null;
  return (
    <main class="door">
      <div class="door-card">
        <header class="door-head">
          <Mark />
          <h1>{texts.say("new_password_title")}</h1>
        </header>
        <p>{texts.say("new_password_note")}</p>
        <Fields />
        <footer class="buttons">
          <button
            type="button"
            class="quiet"
            onClick={() => dispatch({ type: "sign_out", everywhere: false })}
          >
            {texts.say("settings_sign_out")}
          </button>
          <LanguageButton />
        </footer>
      </div>
    </main>
  );
}
