// One group: its members, and what can be done to it.
import { useState } from "preact/hooks";
import { changeMembers, NAMES_MAX, namesIn } from "../../admin/batch.ts";
import { readGroup } from "../../admin/lists.ts";
import { Field } from "../fields.tsx";
import { usePage, useTexts } from "../page.ts";
import type { Desk } from "./desk.ts";
import { Confirm, Lines, Trouble, useDoing, useLoaded } from "./parts.tsx";

/** Draws a group. `onChanged`: the group has this name now, or it was deleted. */
export function Group(
  { desk, name, onChanged }: {
    readonly desk: Desk;
    readonly name: string;
    readonly onChanged: (name: string | undefined) => void;
  },
) {
  const page = usePage();
  const texts = useTexts();
  const { value, failure, reload } = useLoaded(() => readGroup(desk.ask, name), [name]);
  const doing = useDoing();
  const [typed, setTyped] = useState("");
  const [renamed, rename] = useState(name);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const users = namesIn(typed);
  const members = value?.rows ?? [];
  const leaving = members.map((member) => member.name).filter((each) => chosen.has(each));
  const change = (type: "group_add" | "group_remove", some: readonly string[]) =>
    doing.start(async () => {
      const count = await changeMembers(desk.ask, type, { group: name, users: some });
      page.ui.toast.value = texts.count(type === "group_add" ? "adm_added" : "adm_removed", count);
      setTyped("");
      choose(new Set());
      reload();
      onChanged(name);
    });
  const toggle = (each: string) => {
    const next = new Set(chosen);
    if (!next.delete(each)) next.add(each);
    choose(next);
  };
  return (
    <div class="admin-card">
      <Trouble failure={failure} />
      {value !== undefined && members.length === 0 && (
        <p role="status">{texts.say("adm_group_empty")}</p>
      )}
      {value?.isCut === true && <p>{texts.say("adm_cut")}</p>}
      <ul class="admin-members" aria-label={texts.say("adm_members", { group: name })}>
        {members.map((member) => (
          <li key={member.name}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(member.name)}
                onChange={() => toggle(member.name)}
              />
              <bdi>{member.name}</bdi>
              {member.disabled && <small>{texts.say("adm_disabled")}</small>}
            </label>
          </li>
        ))}
      </ul>
      {leaving.length > 0 && (
        <Confirm
          label={texts.count("adm_remove", leaving.length)}
          question={texts.count("adm_remove_ask", leaving.length, { group: name })}
          done={texts.say("adm_remove_do")}
          disabled={doing.isBusy}
          onConfirm={() => change("group_remove", leaving)}
        />
      )}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          change("group_add", users);
        }}
      >
        <Lines
          label={texts.say("adm_members_add")}
          hint={texts.say("adm_members_hint")}
          value={typed}
          onValue={setTyped}
        />
        <div class="buttons">
          <button
            type="submit"
            class="primary"
            disabled={doing.isBusy || users.length === 0 || users.length > NAMES_MAX}
          >
            {texts.say("adm_members_add_do")}
          </button>
        </div>
      </form>
      <details>
        <summary>{texts.say("adm_group_rename")}</summary>
        <form
          class="admin-inline"
          onSubmit={(event) => {
            event.preventDefault();
            doing.start(async () => {
              const line = { group: name, name: renamed.trim() };
              const { group } = await desk.ask({ type: "group_rename", ...line });
              onChanged(group);
            });
          }}
        >
          <Field
            label={texts.say("adm_group_name")}
            value={renamed}
            onValue={rename}
            maxLength={128}
            required
          />
          <button type="submit" disabled={doing.isBusy || renamed.trim() === ""}>
            {texts.say("adm_group_rename")}
          </button>
        </form>
      </details>
      <Trouble failure={doing.failure} />
      <div class="buttons">
        <Confirm
          label={texts.say("adm_group_delete")}
          question={texts.say("adm_group_delete_ask", { group: name })}
          done={texts.say("adm_group_delete")}
          icon="trash"
          disabled={doing.isBusy}
          onConfirm={() =>
            doing.start(async () => {
              await desk.ask({ type: "group_delete", group: name });
              onChanged(undefined);
            })}
        />
      </div>
    </div>
  );
}
