// What can be done to one account: role, disabling, a new password, and where it is signed in.
import { useState } from "preact/hooks";
import type { UserRow } from "../../../lib/protocol/replies/user_admin.ts";
import { makePassword } from "../../../lib/school/passwords.ts";
import { Field } from "../fields.tsx";
import { useApp, usePage, useTexts } from "../page.ts";
import type { Desk } from "./desk.ts";
import { Confirm, Select, Trouble, useDoing, useLoaded } from "./parts.tsx";
import { setPassword } from "./passwords.ts";

/** The roles that an admin may give. */
export const GIVEN_ROLES = ["member", "moderator"] as const;

/** One of {@linkcode GIVEN_ROLES}. */
export type GivenRole = typeof GIVEN_ROLES[number];

/** Draws the dates of an account and its actions. Other admins cannot be changed here. */
export function AccountCard(
  { desk, row, onChanged }: {
    readonly desk: Desk;
    readonly row: UserRow;
    readonly onChanged: () => void;
  },
) {
  const page = usePage();
  const texts = useTexts();
  const { isBusy, failure, start } = useDoing();
  const { name, role, disabled } = row;
  const moment = (time: string) => texts.moment(Date.parse(time), page.now());
  const change = (type: "user_disable" | "user_enable") =>
    start(async () => {
      await desk.ask({ type, user: name });
      onChanged();
    });
  return (
    <div class="admin-card">
      <p class="hint">
        {texts.say("adm_created", { time: moment(row.created_at) })}{" "}
        {row.last_login_at === undefined
          ? texts.say("adm_never")
          : texts.say("adm_last_login", { time: moment(row.last_login_at) })}
      </p>
      {role === "admin" ? <p>{texts.say("adm_is_admin")}</p> : (
        <>
          <Select
            label={texts.say("adm_role")}
            value={role}
            options={GIVEN_ROLES.map((each) => [each, texts.say(`role_${each}`)] as const)}
            onValue={(next) =>
              start(async () => {
                await desk.ask({ type: "user_role", user: name, role: next as GivenRole });
                onChanged();
              })}
          />
          <NewPassword desk={desk} name={name} />
          <div class="buttons">
            {disabled
              ? (
                <button type="button" disabled={isBusy} onClick={() => change("user_enable")}>
                  {texts.say("adm_enable")}
                </button>
              )
              : (
                <Confirm
                  label={texts.say("adm_disable")}
                  question={texts.say("adm_disable_ask", { name })}
                  done={texts.say("adm_disable")}
                  disabled={isBusy}
                  onConfirm={() => change("user_disable")}
                />
              )}
          </div>
          <SignedIn desk={desk} name={name} />
        </>
      )}
      <Trouble failure={failure} />
    </div>
  );
}

/** Draws the form that gives an account another password. */
function NewPassword({ desk, name }: { readonly desk: Desk; readonly name: string }) {
  const texts = useTexts();
  const least = useApp(({ server }) => server?.passwordMin ?? 0);
  const { isBusy, failure, start } = useDoing();
  const [password, set] = useState("");
  return (
    <details>
      <summary>{texts.say("adm_password_new")}</summary>
      <div class="stack">
        <Field
          label={texts.say("adm_password_typed")}
          hint={texts.say("adm_password_hint")}
          type="password"
          value={password}
          onValue={set}
          autocomplete="new-password"
          maxLength={256}
        />
        <Confirm
          label={texts.say("adm_password_set")}
          question={texts.say("adm_password_ask", { name })}
          done={texts.say("adm_password_set")}
          disabled={isBusy}
          onConfirm={() =>
            start(async () => {
              await setPassword(desk, name, password === "" ? makePassword(least) : password);
              set("");
            })}
        />
        <Trouble failure={failure} />
      </div>
    </details>
  );
}

/** Draws the devices where an account stays signed in. */
function SignedIn({ desk, name }: { readonly desk: Desk; readonly name: string }) {
  const texts = useTexts();
  const [isOpen, open] = useState(false);
  return (
    <details onToggle={(event) => open(event.currentTarget.open)}>
      <summary>{texts.say("adm_sessions")}</summary>
      {isOpen && <SessionList desk={desk} name={name} />}
    </details>
  );
}

function SessionList({ desk, name }: { readonly desk: Desk; readonly name: string }) {
  const page = usePage();
  const texts = useTexts();
  const { isBusy, failure, start } = useDoing();
  const list = useLoaded(() => desk.ask({ type: "user_sessions", user: name }));
  const end = (id?: number) =>
    start(async () => {
      await desk.ask({ type: "user_end_sessions", user: name, id });
      list.reload();
    });
  const sessions = list.value?.sessions ?? [];
  return (
    <>
      <Trouble failure={list.failure ?? failure} />
      {list.value !== undefined && sessions.length === 0 && (
        <p role="status">{texts.say("adm_sessions_none")}</p>
      )}
      <ul class="devices">
        {sessions.map(({ id, client, expires }) => (
          <li key={id}>
            <span>
              <bdi>{client}</bdi>
              <small>
                {texts.say("adm_until", { time: texts.moment(Date.parse(expires), page.now()) })}
              </small>
            </span>
            <button type="button" disabled={isBusy} onClick={() => end(id)}>
              {texts.say("adm_sign_out")}
            </button>
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Confirm
          label={texts.say("adm_sign_out_all")}
          question={texts.say("adm_sign_out_ask", { name })}
          done={texts.say("adm_sign_out_all")}
          disabled={isBusy}
          onConfirm={() => end()}
        />
      )}
    </>
  );
}
