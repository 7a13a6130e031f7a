// Short texts at the edge of the page: announcements, events that concern the user, and confirmations.
import { useEffect } from "preact/hooks";
import { Icon, IconButton, type IconName } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

/** How long a confirmation is shown, in milliseconds. */
const TOAST = 4000;

const ICONS: Readonly<Record<string, IconName>> = {
  announcement: "megaphone",
  muted: "mute",
  guessing: "warning",
};

/** Draws the notices that were not dismissed, and the latest confirmation. */
export function Notices() {
  const page = usePage();
  const texts = useTexts();
  const notices = useApp((app) => app.notices);
  const toast = page.ui.toast.value;
  useEffect(() => {
    if (toast === undefined) return;
    const timer = setTimeout(() => page.ui.toast.value = undefined, TOAST);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <>
      {notices.length > 0 && (
        <section class="notices" aria-label={texts.say("notices")}>
          {notices.slice(-4).map(({ at, code, key, text }) => (
            <div key={key} class={`notice ${code}`}>
              <Icon name={ICONS[code] ?? "help"} />
              <div>
                {code === "announcement" && (
                  <strong>{texts.say("notice_announcement")} · {texts.time(at)}</strong>
                )}
                <p dir="auto">{text}</p>
              </div>
              <IconButton
                name="close"
                label={texts.say("notice_close")}
                onClick={() =>
                  page.dispatch({ type: "dismiss", notice: key })}
              />
            </div>
          ))}
        </section>
      )}
      {toast !== undefined && <p class="toast" role="status">{toast}</p>}
    </>
  );
}
