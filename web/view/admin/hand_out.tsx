// The passwords that were just given: shown once, to copy, to print as slips or to save.
import { useEffect, useRef, useState } from "preact/hooks";
import { sheetCsv, sheetHtml, type SheetOptions } from "../../../lib/school/slips.ts";
import { fileName, localTime } from "../../text/csv.ts";
import { copyText } from "../clipboard.ts";
import { Check, Field } from "../fields.tsx";
import { Icon, IconButton } from "../icons.tsx";
import { useApp, usePage, useTexts } from "../page.ts";
import { LOCAL } from "../qr.tsx";
import { download } from "../useful.ts";
import type { Desk, HandOut } from "./desk.ts";
import { Confirm } from "./parts.tsx";
import { printSlips } from "./print_slips.tsx";

/** The maximum length of an address on a slip. A longer one makes a QR code that phones cannot read. */
const ADDRESS_MAX = 200;

/** Draws the passwords that wait to be handed out, if there are any. New ones get the focus. */
export function HandOutList({ desk }: { readonly desk: Desk }) {
  const handOut = desk.handOut.value;
  const isShown = handOut !== undefined;
  const wasShown = useRef(isShown);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isShown && !wasShown.current) box.current?.querySelector("h2")?.focus();
    wasShown.current = isShown;
  }, [isShown]);
  return <div ref={box}>{isShown && <List desk={desk} handOut={handOut} />}</div>;
}

function List({ desk, handOut }: { readonly desk: Desk; readonly handOut: HandOut }) {
  const page = usePage();
  const texts = useTexts();
  const className = useApp(({ server }) => server?.className ?? "");
  const [address, setAddress] = useState(location.href.split("#")[0]!.replace(/\/+$/, ""));
  const [mustChange, setMustChange] = useState(handOut.mustChange);
  const { slips } = handOut;
  const isAddress = /^https?:\/\/[^\s/]/.test(address);
  const options: SheetOptions = {
    language: texts.language,
    title: className || texts.say("app"),
    address,
    mustChange,
  };
  const name = fileName(texts.say("adm_slips_file"), localTime(page.now()).slice(0, 16));
  const lines = () => slips.map((slip) => `${slip.name}\t${slip.password}`).join("\n");
  return (
    <section class="admin-report hand-out" aria-label={texts.say("adm_slips")}>
      <h2 tabIndex={-1}>{texts.say("adm_slips")}</h2>
      <p role="status">{texts.count("adm_slips_note", slips.length)}</p>
      <div
        class="admin-table"
        tabIndex={0}
        role="group"
        aria-label={texts.say("adm_slips")}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.say("adm_slips_name")}</th>
              <th scope="col">{texts.say("adm_slips_password")}</th>
              <th scope="col">{texts.say("adm_slips_class")}</th>
            </tr>
          </thead>
          <tbody>
            {slips.map((slip, at) => (
              <tr key={at}>
                <th scope="row">
                  <bdi>{slip.name}</bdi>
                </th>
                <td>
                  <code>{slip.password}</code>
                  <IconButton
                    name="copy"
                    label={texts.say("adm_slips_copy", { name: slip.name })}
                    onClick={() => void copyText(page, slip.password, "copied")}
                  />
                </td>
                <td>{slip.class}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Field
        label={texts.say("adm_slips_address")}
        hint={texts.say(LOCAL.test(location.hostname) ? "adm_slips_local" : "adm_slips_qr")}
        value={address}
        onValue={setAddress}
        maxLength={ADDRESS_MAX}
        error={isAddress ? undefined : texts.say("adm_slips_address_wrong")}
      />
      <Check
        label={texts.say("adm_slips_change")}
        checked={mustChange}
        onChecked={setMustChange}
      />
      <div class="buttons">
        <button
          type="button"
          class="primary"
          disabled={!isAddress}
          onClick={() => printSlips(slips, options)}
        >
          {texts.say("adm_slips_print")}
        </button>
        <button
          type="button"
          disabled={!isAddress}
          onClick={() =>
            download(`${name}.html`, [...sheetHtml(slips, options)].join(""), "text/html")}
        >
          <Icon name="save" /> {texts.say("adm_slips_html")}
        </button>
        <button
          type="button"
          disabled={!isAddress}
          onClick={() =>
            download(`${name}.csv`, [...sheetCsv(slips, options)].join(""), "text/csv")}
        >
          <Icon name="save" /> {texts.say("adm_slips_csv")}
        </button>
        <button type="button" onClick={() => void copyText(page, lines(), "copied")}>
          <Icon name="copy" /> {texts.say("adm_slips_copy_all")}
        </button>
        <Confirm
          label={texts.say("adm_slips_done")}
          question={texts.say("adm_slips_done_ask")}
          done={texts.say("adm_slips_done")}
          onConfirm={() => desk.handOut.value = undefined}
        />
      </div>
    </section>
  );
}
