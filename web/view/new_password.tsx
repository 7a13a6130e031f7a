// The form for users who must choose a password of their own before anything else, as after a list was imported.
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "./fields.tsx";
import { LanguageButton } from "./language_button.tsx";
import { Mark } from "./mark.tsx";
import { Notices } from "./notices.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { Strip } from "./strip.tsx";
import { TlsLink } from "./tls_link.tsx";

const TAG = "new_password";

/** Draws the form. It disappears once the server has accepted the new password. */
export function NewPassword() {
  const page = usePage();
  const texts = useTexts();
  const name = useApp(({ me }) => me?.name ?? "");
  const server = useApp((app) => app.server);
  return (
    <>
      <main class="door">
        <div class="door-card">
          <header class="door-head">
            <Mark />
            <h1 id="new-password">{texts.say("new_password_title")}</h1>
            <p>
              <bdi>{name}</bdi>
            </p>
          </header>
          <p id="new-password-note">{texts.say("new_password_note")}</p>
          {server?.passwords === "tls"
            ? <TlsLink port={server.tlsPort} words={texts.say("door_tls")} />
            : <Passwords name={name} least={server?.passwordMin ?? 4} />}
          <button
            type="button"
            class="quiet"
            onClick={() => page.dispatch({ type: "sign_out", everywhere: false })}
          >
            {texts.say("settings_sign_out")}
          </button>
          <Strip />
        </div>
        <LanguageButton />
      </main>
      <Notices />
    </>
  );
}

function Passwords({ name, least }: { readonly name: string; readonly least: number }) {
  const page = usePage();
  const texts = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const given = useApp(({ mustChange }) => mustChange?.given);
  const outcome = useApp(({ outcomes }) => outcomes.get(TAG));
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [tries, setTries] = useState(0);
  const [differs, setDiffers] = useState(false);
  useEffect(() => {
    page.dispatch({ type: "forget", tag: TAG });
    form.current?.querySelector<HTMLInputElement>("input:not([hidden])")?.focus();
  }, []);
  useEffect(() => {
    form.current?.querySelector<HTMLInputElement>("[aria-invalid=true]")?.focus();
  }, [outcome, tries]);
  const submit = (event: Event) => {
    event.preventDefault();
    setTries(tries + 1);
    setDiffers(next !== again);
    if (next !== again) return page.dispatch({ type: "forget", tag: TAG });
    const act = { kind: "password", old: given ?? old, new: next } as const;
    page.dispatch({ type: "act", act, tag: TAG });
  };
  const failure = outcome?.state === "failed" ? outcome.failure : undefined;
  const error = failure && texts.failure(failure, page.now());
  const aboutOld = failure?.reason === "old_password";
  const aboutNew = failure?.code === "weak_password";
  const isBusy = outcome?.state === "busy";
  return (
    <form
      class="door-form"
      ref={form}
      aria-labelledby="new-password"
      aria-describedby="new-password-note"
      onInput={() => setDiffers(false)}
      onSubmit={submit}
    >
      {/* Tells password managers whose password it is. */}
      <input hidden readOnly autocomplete="username" value={name} />
      {given === undefined && (
        <Field
          label={texts.say("settings_password_old")}
          type="password"
          value={old}
          onValue={setOld}
          error={aboutOld ? error : undefined}
          autocomplete="current-password"
          maxLength={256}
          required
        />
      )}
      <Field
        label={texts.say("settings_password_new")}
        hint={texts.count("door_password_hint", least)}
        type="password"
        value={next}
        onValue={setNext}
        error={aboutNew ? error : undefined}
        autocomplete="new-password"
        maxLength={256}
        required
      />
      <Field
        label={texts.say("new_password_again")}
        type="password"
        value={again}
        onValue={setAgain}
        error={differs ? texts.say("new_password_differs") : undefined}
        autocomplete="new-password"
        maxLength={256}
        required
      />
      {error !== undefined && !aboutOld && !aboutNew && <p class="error" role="alert">{error}</p>}
      <button type="submit" class="primary wide" disabled={isBusy}>
        {isBusy ? texts.say("door_busy") : texts.say("new_password_do")}
      </button>
    </form>
  );
}
