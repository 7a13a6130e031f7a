// The form for users who must choose a password of their own before anything else, as after a list was imported.
import { LanguageButton } from "./language_button.tsx";
import { Mark } from "./mark.tsx";
import { usePage, useTexts } from "./page.ts";
import { PasswordFields } from "./settings_account.tsx";

/** Draws the form. It disappears once the server has accepted the new password. */
export function NewPassword() {
  const page = usePage();
  const texts = useTexts();
  return (
    <main class="door">
      <div class="door-card">
        <header class="door-head">
          <Mark />
          <h1>{texts.say("new_password_title")}</h1>
        </header>
        <p>{texts.say("new_password_note")}</p>
        <PasswordFields />
        <footer class="buttons">
          <button
            type="button"
            class="quiet"
            onClick={() => page.dispatch({ type: "sign_out", everywhere: false })}
          >
            {texts.say("settings_sign_out")}
          </button>
          <LanguageButton />
        </footer>
      </div>
    </main>
  );
}
