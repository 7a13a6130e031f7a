// The form that creates accounts: one name on each line.
import { useState } from "preact/hooks";
import { makePassword } from "../../../lib/school/passwords.ts";
import { NAMES_MAX, namesIn } from "../../admin/batch.ts";
import { Field } from "../fields.tsx";
import { useApp, useTexts } from "../page.ts";
import { GIVEN_ROLES, type GivenRole } from "./account_card.tsx";
import type { Desk } from "./desk.ts";
import { Lines, Select } from "./parts.tsx";
import { addAccount } from "./passwords.ts";

/** Draws the form. Passwords are made up, unless one is typed for one name. */
export function AddAccounts({ desk }: { readonly desk: Desk }) {
  const texts = useTexts();
  const least = useApp(({ server }) => server?.passwordMin ?? 0);
  const [typed, setTyped] = useState("");
  const [role, setRole] = useState<GivenRole>("member");
  const [password, setPassword] = useState("");
  const names = namesIn(typed);
  const isTooMany = names.length > NAMES_MAX;
  const isBusy = desk.batch.value?.isOver === false;
  const add = (event: Event) => {
    event.preventDefault();
    const own = names.length === 1 && password !== "" ? password : undefined;
    setTyped("");
    setPassword("");
    void desk.run(
      names,
      (name) => addAccount(desk, { name, role, password: own ?? makePassword(least) }),
    );
  };
  return (
    <details>
      <summary>{texts.say("adm_add")}</summary>
      <form class="stack" onSubmit={add}>
        <Lines
          label={texts.say("adm_names")}
          hint={texts.say("adm_names_hint", { max: NAMES_MAX })}
          value={typed}
          onValue={setTyped}
        />
        <Select
          label={texts.say("adm_role")}
          value={role}
          options={GIVEN_ROLES.map((each) => [each, texts.say(`role_${each}`)] as const)}
          onValue={(next) => setRole(next as GivenRole)}
        />
        {names.length === 1
          ? (
            <Field
              label={texts.say("adm_password_typed")}
              hint={texts.say("adm_password_hint")}
              type="password"
              value={password}
              onValue={setPassword}
              autocomplete="new-password"
              maxLength={256}
            />
          )
          : <p class="hint">{texts.say("adm_add_note")}</p>}
        {isTooMany && (
          <p class="error" role="alert">{texts.say("adm_names_max", { max: NAMES_MAX })}</p>
        )}
        <button
          type="submit"
          class="primary"
          disabled={names.length === 0 || isTooMany || isBusy}
        >
          {texts.count("adm_add_do", names.length)}
        </button>
      </form>
    </details>
  );
}
