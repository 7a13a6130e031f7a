// The accounts: find, add, change one, or change several at once.
import { useMemo, useState } from "preact/hooks";
import type { UserRow } from "../../../lib/protocol/replies/user_admin.ts";
import { accentlessKey } from "../../../lib/protocol/name_keys.ts";
import { readAccounts } from "../../admin/lists.ts";
import { Field } from "../fields.tsx";
import { useTexts } from "../page.ts";
import { AccountCard } from "./account_card.tsx";
import { AddAccounts } from "./add_accounts.tsx";
import { Several } from "./several.tsx";
import type { Desk } from "./desk.ts";
import { Trouble, useLoaded } from "./parts.tsx";

/** The number of accounts that are drawn at first, and with each further step. */
const STEP = 100;

/** Draws the accounts. */
export function Accounts({ desk }: { readonly desk: Desk }) {
  const texts = useTexts();
  const isOver = desk.batch.value?.isOver;
  const { value, failure, reload } = useLoaded(() => readAccounts(desk.ask), [
    isOver,
    desk.job.value?.state === "done",
  ]);
  const [typed, setTyped] = useState("");
  const [amount, setAmount] = useState(STEP);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => filtered(value?.rows ?? [], typed), [value, typed]);
  const shown = found.slice(0, amount);
  // Accounts may have been deleted since they were selected.
  const names = useMemo(
    () => (value?.rows ?? []).map(({ name }) => name).filter((name) => chosen.has(name)),
    [value, chosen],
  );
  const mark = (some: readonly string[], isOn: boolean) => {
    const next = new Set(chosen);
    for (const name of some) isOn ? next.add(name) : next.delete(name);
    choose(next);
  };
  if (value === undefined) {
    return (
      <>
        {failure === undefined && <p role="status">{texts.say("adm_loading")}</p>}
        <Trouble failure={failure} />
      </>
    );
  }
  const isAll = found.length > 0 && found.every(({ name }) => chosen.has(name));
  return (
    <>
      <AddAccounts desk={desk} />
      <Field
        label={texts.say("adm_find")}
        type="search"
        value={typed}
        onValue={(next) => {
          setTyped(next);
          setAmount(STEP);
        }}
        maxLength={64}
      />
      <Trouble failure={failure} />
      <div class="admin-bar">
        <label class="admin-all">
          <input
            type="checkbox"
            checked={isAll}
            disabled={found.length === 0}
            onChange={(event) => mark(found.map(({ name }) => name), event.currentTarget.checked)}
          />
          {texts.say("adm_all")}
        </label>
        <p role="status">
          {typed === ""
            ? texts.count("adm_accounts_count", value.rows.length)
            : texts.count("adm_found", found.length)}
          {value.isCut && ` ${texts.say("adm_cut")}`}
        </p>
      </div>
      {names.length > 0 && <Several desk={desk} names={names} onDone={() => choose(new Set())} />}
      <ul class="admin-list" aria-label={texts.say("adm_section_accounts")}>
        {shown.map((row) => (
          <Account
            key={row.name}
            desk={desk}
            row={row}
            isChosen={chosen.has(row.name)}
            onChosen={(isOn) => mark([row.name], isOn)}
            onChanged={reload}
          />
        ))}
      </ul>
      {found.length > shown.length && (
        <button
          type="button"
          onClick={() => setAmount(amount + STEP)}
        >
          {texts.count("adm_more", found.length - shown.length)}
        </button>
      )}
    </>
  );
}

function filtered(rows: readonly UserRow[], typed: string): readonly UserRow[] {
  const wanted = accentlessKey(typed.trim());
  return wanted === "" ? rows : rows.filter(({ name }) => accentlessKey(name).includes(wanted));
}

/** Draws one account. A click on its name opens what can be done to it. */
function Account(
  { desk, row, isChosen, onChosen, onChanged }: {
    readonly desk: Desk;
    readonly row: UserRow;
    readonly isChosen: boolean;
    readonly onChosen: (isOn: boolean) => void;
    readonly onChanged: () => void;
  },
) {
  const texts = useTexts();
  const [isOpen, open] = useState(false);
  return (
    <li class={row.disabled ? "disabled" : ""}>
      <div class="admin-row">
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={texts.say("adm_select", { name: row.name })}
          onChange={(event) => onChosen(event.currentTarget.checked)}
        />
        <button
          type="button"
          class="quiet admin-name"
          aria-expanded={isOpen}
          onClick={() => open(!isOpen)}
        >
          <bdi>{row.name}</bdi>
          <small>
            {texts.say(`role_${row.role}`)}
            {row.disabled && ` · ${texts.say("adm_disabled")}`}
          </small>
        </button>
      </div>
      {isOpen && <AccountCard desk={desk} row={row} onChanged={onChanged} />}
    </li>
  );
}
