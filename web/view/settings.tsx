// The settings of the page and of the account.
import { useState } from "preact/hooks";
import { hrefOf } from "../model/route.ts";
import type { Prefs } from "../model/state.ts";
import { Choice } from "./fields.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { PasswordForm, Sessions } from "./settings_account.tsx";
import { Sheet } from "./sheet.tsx";

/** The text sizes, in percent. */
const SIZES = [87, 100, 115, 130, 150, 200] as const;

/** Draws the settings page. */
export function Settings() {
  const page = usePage();
  const texts = useTexts();
  const prefs = useApp((app) => app.prefs);
  const me = useApp((app) => app.me);
  const version = useApp((app) => app.server?.version ?? "");
  const set = (changes: Partial<Prefs>) => page.dispatch({ type: "prefs", prefs: changes });
  return (
    <Sheet title={texts.say("settings")}>
      <h2>{texts.say("settings_look")}</h2>
      <Choice
        label={texts.say("settings_language")}
        value={prefs.language}
        options={[["auto", texts.say("settings_language_auto")], ["fr", "Français"], [
          "en",
          "English",
        ]]}
        onValue={(language) => set({ language })}
      />
      <Choice
        label={texts.say("settings_theme")}
        value={prefs.theme}
        options={(["auto", "light", "dark"] as const).map((theme) =>
          [theme, texts.say(`settings_theme_${theme}`)] as const
        )}
        onValue={(theme) => set({ theme })}
      />
      <Choice
        label={texts.say("settings_size")}
        value={prefs.size}
        options={SIZES.map((size) => [size as number, `${size} %`] as const)}
        onValue={(size) => set({ size })}
      />
      <Notify notify={prefs.notify} onNotify={(notify) => set({ notify })} />
      <h2>{texts.say("settings_account")}</h2>
      {me !== undefined && me.role !== "guest" && (
        <>
          <Sessions />
          <PasswordForm />
        </>
      )}
      <div class="buttons">
        <button
          type="button"
          onClick={() => page.dispatch({ type: "sign_out", everywhere: false })}
        >
          {texts.say("settings_sign_out")}
        </button>
        {me !== undefined && me.role !== "guest" && (
          <button
            type="button"
            class="danger"
            onClick={() => page.dispatch({ type: "sign_out", everywhere: true })}
          >
            {texts.say("settings_sign_out_everywhere")}
          </button>
        )}
      </div>
      <h2>{texts.say("settings_about")}</h2>
      <p>
        {texts.say("settings_version", { version })} ·{" "}
        <a href={hrefOf({ at: "accessibility" })}>{texts.say("settings_accessibility")}</a>
      </p>
    </Sheet>
  );
}

function Notify(
  { notify, onNotify }: {
    readonly notify: Prefs["notify"];
    readonly onNotify: (notify: Prefs["notify"]) => void;
  },
) {
  const texts = useTexts();
  const [answer, setAnswer] = useState<"granted" | "denied" | "default" | "insecure">("granted");
  const choose = async (wanted: Prefs["notify"]) => {
    const got = wanted === "off" ? "granted" : await askToNotify();
    setAnswer(got);
    onNotify(got === "granted" ? wanted : "off");
  };
  return (
    <>
      <Choice
        label={texts.say("settings_notify")}
        value={notify}
        options={(["off", "on", "hidden"] as const).map((each) =>
          [each, texts.say(`settings_notify_${each}`)] as const
        )}
        onValue={(each) => void choose(each)}
      />
      <p class="hint">{texts.say("settings_notify_hint")}</p>
      {(answer === "denied" || answer === "insecure") && (
        <p class="error" role="alert">{texts.say(`settings_notify_${answer}`)}</p>
      )}
    </>
  );
}

/** Asks the browser for permission to notify. Browsers never grant it to pages over plain HTTP. */
async function askToNotify(): Promise<NotificationPermission | "insecure"> {
  if (typeof Notification === "undefined" || !isSecureContext) return "insecure";
  return Notification.permission === "default"
    ? await Notification.requestPermission()
    : Notification.permission;
}
