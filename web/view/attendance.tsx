// The dialog with the attendance of a lesson: who was here from when to when, as a table and as a CSV file.
import { useMemo, useState } from "preact/hooks";
import type { Attendance } from "../model/state.ts";
import { fileName, localTime } from "../text/csv.ts";
import { attendanceCsv, lastHour, type Presence, presences } from "../text/records.ts";
import type { Texts } from "../texts/catalogue.ts";
import { Modal } from "./dialog.tsx";
import { Field } from "./fields.tsx";
import { Icon } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { download } from "./useful.ts";

/** Draws the dialog. At first it asks for the hour that ends now. */
export function AttendanceDialog() {
  const page = usePage();
  const texts = useTexts();
  const { attendance, chosen, classes } = useApp(({ lesson }) => lesson);
  const now = page.now();
  const [name, setName] = useState(chosen ?? "");
  const [first] = useState(() => lastHour(now));
  const [date, setDate] = useState(first.date);
  const [from, setFrom] = useState(first.from);
  const [to, setTo] = useState(first.to);
  const period = { from: Date.parse(`${date}T${from}`), to: Date.parse(`${date}T${to}`) };
  const isValid = period.from < period.to;
  const shown = attendance?.from === period.from && attendance.to === period.to &&
      (attendance.className ?? "") === name
    ? attendance
    : undefined;
  return (
    <Modal title={texts.say("att_title")} wide>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isValid) return;
          const className = name === "" ? undefined : name;
          page.dispatch({ type: "attendance", className, ...period });
        }}
      >
        <p class="hint">{texts.say("att_note")}</p>
        <div class="attendance-form">
          <label class="field">
            <span>{texts.say("att_class")}</span>
            <select value={name} onChange={(event) => setName(event.currentTarget.value)}>
              {classes.map((each) => <option key={each.name} value={each.name}>{each.name}
              </option>)}
              <option value="">{texts.say("class_everyone")}</option>
            </select>
          </label>
          <Field
            label={texts.say("att_date")}
            type="date"
            value={date}
            onValue={setDate}
            required
          />
          <Field
            label={texts.say("att_from")}
            type="time"
            value={from}
            onValue={setFrom}
            required
          />
          <Field label={texts.say("att_to")} type="time" value={to} onValue={setTo} required />
          <button type="submit" class="primary" disabled={!isValid || shown?.state === "busy"}>
            {texts.say("att_show")}
          </button>
        </div>
        {!isValid && <p class="error" role="alert">{texts.say("att_order")}</p>}
      </form>
      {shown !== undefined && <Result attendance={shown} />}
    </Modal>
  );
}

/** Draws the list, and the button that saves it. */
function Result({ attendance }: { readonly attendance: Attendance }) {
  const page = usePage();
  const texts = useTexts();
  const rows = useMemo(
    () => presences(attendance, page.now()).sort((a, b) => texts.compare(a.name, b.name)),
    [attendance, texts],
  );
  if (attendance.state === "failed") {
    return <p class="error" role="alert">{texts.failure(attendance.failure!, page.now())}</p>;
  }
  if (attendance.state === "busy") return <p role="status">{texts.say("att_busy")}</p>;
  if (rows.length === 0) return <p role="status">{texts.say("att_none")}</p>;
  const present = rows.filter(({ visits }) => visits > 0).length;
  return (
    <>
      <div class="buttons between">
        <p role="status">{texts.say("att_count", { here: present, all: rows.length })}</p>
        <button type="button" onClick={() => save(attendance, rows, texts)}>
          <Icon name="save" /> {texts.say("att_save")}
        </button>
      </div>
      <div class="table-frame" tabIndex={0} role="group" aria-label={texts.say("att_title")}>
        <table>
          <thead>
            <tr>
              {(["name", "arrived", "left", "minutes", "visits"] as const).map((column) => (
                <th key={column} scope="col">{texts.say(`att_${column}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>{rows.map((row) => <Row key={row.name} row={row} />)}</tbody>
        </table>
      </div>
    </>
  );
}

function Row({ row }: { readonly row: Presence }) {
  const texts = useTexts();
  const { from, guest, isHere, minutes, name, to, visits } = row;
  return (
    <tr class={visits === 0 ? "absent" : ""}>
      <th scope="row">
        <bdi>{name}</bdi> {guest && <small>{texts.say("role_guest")}</small>}
      </th>
      {visits === 0 ? <td colSpan={4}>{texts.say("att_absent")}</td> : (
        <>
          <td>{from !== undefined && texts.time(from)}</td>
          <td>{isHere ? texts.say("att_still") : to !== undefined && texts.time(to)}</td>
          <td>{minutes}</td>
          <td>{visits}</td>
        </>
      )}
    </tr>
  );
}

function save(attendance: Attendance, rows: readonly Presence[], texts: Texts): void {
  const { className, from } = attendance;
  const name = fileName(texts.say("att_title"), className ?? "", localTime(from).slice(0, 16));
  const words = {
    name: texts.say("att_name"),
    present: texts.say("att_present"),
    from: texts.say("att_arrived"),
    to: texts.say("att_left"),
    minutes: texts.say("att_minutes"),
    visits: texts.say("att_visits"),
    yes: texts.say("att_yes"),
    no: texts.say("att_no"),
  };
  const csv = attendanceCsv(rows, words, texts.language === "fr" ? ";" : ",");
  download(`${name}.csv`, csv, "text/csv");
}
