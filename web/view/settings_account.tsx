// The settings of an account: its password, and the devices where it is signed in.
import { useState } from "preact/hooks";
import { Field } from "./fields.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

/** Draws the form that changes the password, folded. */
export function PasswordForm() {
  const texts = useTexts();
  const insecure = useApp((app) => app.server?.passwords === "tls");
  if (insecure) return <p>{texts.say("door_tls")}</p>;
  return (
    <details>
      <summary>{texts.say("settings_password")}</summary>
      <PasswordFields />
    </details>
  );
}

/** Draws the fields that change the password. */
export function PasswordFields() {
  const page = usePage();
  const texts = useTexts();
  const outcome = useApp((app) => app.outcomes.get("password"));
  const least = useApp((app) => app.server?.passwordMin ?? 4);
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const change = (event: Event) => {
    event.preventDefault();
    page.dispatch({ type: "act", act: { kind: "password", old, new: next }, tag: "password" });
    setOld("");
    setNext("");
  };
  return (
    <form class="stack" onSubmit={change}>
      <Field
        label={texts.say("settings_password_old")}
        type="password"
        value={old}
        onValue={setOld}
        autocomplete="current-password"
        required
      />
      <Field
        label={texts.say("settings_password_new")}
        hint={texts.count("door_password_hint", least)}
        type="password"
        value={next}
        onValue={setNext}
        autocomplete="new-password"
        required
      />
      {outcome?.state === "failed" && (
        <p class="error" role="alert">{texts.failure(outcome.failure, page.now())}</p>
      )}
      {outcome?.state === "ok" && <p role="status">{texts.say("settings_password_done")}</p>}
      <button type="submit" class="primary" disabled={outcome?.state === "busy"}>
        {texts.say("settings_password")}
      </button>
    </form>
  );
}

interface Device {
  readonly id: number;
  readonly client: string;
  readonly expires: string;
  readonly current: boolean;
}

/** Returns the devices in the outcome of `sessions`. */
function devicesOf(details: Readonly<Record<string, unknown>>): Device[] {
  const list = Array.isArray(details.sessions) ? details.sessions : [];
  return list.map((each: Record<string, unknown>) => ({
    id: Number(each.id),
    client: String(each.client ?? ""),
    expires: String(each.expires ?? ""),
    current: each.current === true,
  }));
}

/** Draws the devices where the account is signed in. */
export function Sessions() {
  const page = usePage();
  const texts = useTexts();
  const outcome = useApp((app) => app.outcomes.get("sessions"));
  const load = () => page.dispatch({ type: "act", act: { kind: "sessions" }, tag: "sessions" });
  const end = (id: number) => {
    page.dispatch({ type: "act", act: { kind: "end_session", id }, tag: "end_session" });
    load();
  };
  return (
    <details onToggle={(event) => event.currentTarget.open && load()}>
      <summary>{texts.say("settings_sessions")}</summary>
      {outcome?.state === "failed" && (
        <p class="error" role="alert">{texts.failure(outcome.failure, page.now())}</p>
      )}
      <ul class="devices">
        {outcome?.state === "ok" && devicesOf(outcome.details).map((device) => (
          <li key={device.id}>
            <span>
              <bdi>{device.client}</bdi>
              <small>
                {device.current
                  ? texts.say("settings_sessions_this")
                  : texts.say("settings_sessions_until", {
                    time: texts.moment(Date.parse(device.expires), page.now()),
                  })}
              </small>
            </span>
            {!device.current && (
              <button type="button" onClick={() => end(device.id)}>
                {texts.say("settings_sessions_end")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
