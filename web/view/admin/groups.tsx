// The groups and classes: create, rename, delete, and change their members.
import { useState } from "preact/hooks";
import type { GroupRow } from "../../../lib/protocol/replies/groups.ts";
import { readGroups } from "../../admin/lists.ts";
import { Field } from "../fields.tsx";
import { useTexts } from "../page.ts";
import type { Desk } from "./desk.ts";
import { Group } from "./group.tsx";
import { Trouble, useDoing, useLoaded } from "./parts.tsx";

/** Draws the groups. */
export function Groups({ desk }: { readonly desk: Desk }) {
  const texts = useTexts();
  const { value, failure, reload } = useLoaded(() => readGroups(desk.ask), [
    desk.job.value?.state === "done",
  ]);
  const { isBusy, failure: refused, start } = useDoing();
  const [name, setName] = useState("");
  const [opened, open] = useState<string | undefined>(undefined);
  const create = (event: Event) => {
    event.preventDefault();
    start(async () => {
      const { group } = await desk.ask({ type: "group_create", group: name.trim() });
      setName("");
      open(group);
      reload();
    });
  };
  return (
    <>
      <p class="hint">{texts.say("adm_groups_note")}</p>
      <form class="admin-inline" onSubmit={create}>
        <Field
          label={texts.say("adm_group_new")}
          value={name}
          onValue={setName}
          maxLength={128}
          required
        />
        <button type="submit" class="primary" disabled={isBusy || name.trim() === ""}>
          {texts.say("adm_group_create")}
        </button>
      </form>
      <Trouble failure={refused ?? failure} />
      {value === undefined
        ? failure === undefined && <p role="status">{texts.say("adm_loading")}</p>
        : (
          <>
            <p role="status">{texts.count("adm_groups_count", value.rows.length)}</p>
            <ul class="admin-list" aria-label={texts.say("adm_section_groups")}>
              {value.rows.map((row) => (
                <Row
                  key={row.name}
                  desk={desk}
                  row={row}
                  isOpen={opened === row.name}
                  onOpen={open}
                  onChanged={reload}
                />
              ))}
            </ul>
          </>
        )}
    </>
  );
}

function Row(
  { desk, row, isOpen, onOpen, onChanged }: {
    readonly desk: Desk;
    readonly row: GroupRow;
    readonly isOpen: boolean;
    readonly onOpen: (name: string | undefined) => void;
    readonly onChanged: () => void;
  },
) {
  const texts = useTexts();
  return (
    <li>
      <div class="admin-row">
        <button
          type="button"
          class="quiet admin-name"
          aria-expanded={isOpen}
          onClick={() => onOpen(isOpen ? undefined : row.name)}
        >
          <bdi>{row.name}</bdi>
          <small>
            {row.class && `${texts.say("adm_class")} · `}
            {texts.count("adm_accounts_count", row.members)}
          </small>
        </button>
      </div>
      {isOpen && (
        <Group
          desk={desk}
          name={row.name}
          onChanged={(name) => {
            onOpen(name);
            onChanged();
          }}
        />
      )}
    </li>
  );
}
