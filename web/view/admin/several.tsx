// What can be done to several accounts at once.
import { useState } from "preact/hooks";
import { makePassword } from "../../../lib/school/passwords.ts";
import type { Deed } from "../../admin/batch.ts";
import { useApp, useTexts } from "../page.ts";
import { GIVEN_ROLES, type GivenRole } from "./account_card.tsx";
import type { Desk } from "./desk.ts";
import { Confirm, Select } from "./parts.tsx";
import { setPassword } from "./passwords.ts";

/** Draws the actions on the accounts that are selected. Each is asked for before it is done. */
export function Several(
  { desk, names, onDone }: {
    readonly desk: Desk;
    readonly names: readonly string[];
    readonly onDone: () => void;
  },
) {
  const texts = useTexts();
  const least = useApp(({ server }) => server?.passwordMin ?? 0);
  const [role, setRole] = useState<GivenRole>("member");
  const isBusy = desk.batch.value?.isOver === false;
  const count = names.length;
  const run = (deed: Deed) => {
    onDone();
    void desk.run(names, deed);
  };
  return (
    <section class="admin-several" aria-label={texts.count("adm_selected", count)}>
      <p>
        <b>{texts.count("adm_selected", count)}</b>
      </p>
      <div class="admin-inline">
        <Select
          label={texts.say("adm_role")}
          value={role}
          options={GIVEN_ROLES.map((each) => [each, texts.say(`role_${each}`)] as const)}
          onValue={(next) => setRole(next as GivenRole)}
        />
        <Confirm
          label={texts.say("adm_role_give")}
          question={texts.count("adm_several_role", count, { role: texts.say(`role_${role}`) })}
          done={texts.say("adm_role_give")}
          disabled={isBusy}
          onConfirm={() => run((user) => desk.ask({ type: "user_role", user, role }))}
        />
      </div>
      <div class="buttons">
        <Confirm
          label={texts.say("adm_password_several")}
          question={texts.count("adm_several_password", count)}
          done={texts.say("adm_password_several")}
          disabled={isBusy}
          onConfirm={() => run((name) => setPassword(desk, name, makePassword(least)))}
        />
        <Confirm
          label={texts.say("adm_disable")}
          question={texts.count("adm_several_disable", count)}
          done={texts.say("adm_disable")}
          disabled={isBusy}
          onConfirm={() => run((user) => desk.ask({ type: "user_disable", user }))}
        />
        <button
          type="button"
          disabled={isBusy}
          onClick={() => run((user) => desk.ask({ type: "user_enable", user }))}
        >
          {texts.say("adm_enable")}
        </button>
      </div>
    </section>
  );
}
