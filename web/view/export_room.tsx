// The dialog that saves the messages of a room in a file. They are read from the history, page by page.
import { useEffect, useState } from "preact/hooks";
import type { Exporting, RoomKey } from "../model/state.ts";
import { fileName, localTime } from "../text/csv.ts";
import { type ExportFormat, roomCsv, roomText } from "../text/records.ts";
import { Modal } from "./dialog.tsx";
import { Choice } from "./fields.tsx";
import { Icon } from "./icons.tsx";
import { type Page, useApp, usePage, useTexts } from "./page.ts";
import { download } from "./useful.ts";

type Period = "today" | "week" | "all";

const WEEK_MS = 7 * 86_400_000;

/** Draws the dialog. When it closes, the messages that were read are discarded. */
export function ExportRoom({ room }: { readonly room: RoomKey }) {
  const page = usePage();
  const texts = useTexts();
  const name = useApp((app) => app.rooms.get(room)?.name ?? "", [room]);
  const exporting = useApp(({ lesson }) => lesson.exporting);
  const [period, setPeriod] = useState<Period>("today");
  const [format, setFormat] = useState<ExportFormat>("text");
  useEffect(() => () => page.dispatch({ type: "export_end" }), []);
  const isDone = exporting?.state === "done" && exporting.items.length > 0;
  useEffect(() => {
    if (isDone) save(page, exporting, format);
  }, [isDone]);
  const isBusy = exporting?.state === "busy";
  return (
    <Modal title={texts.say("export_title", { room: name })}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          page.dispatch({ type: "export", room, from: beginOf(period, page.now()) });
        }}
      >
        <p class="hint">{texts.say("export_note")}</p>
        <Choice
          label={texts.say("export_period")}
          value={period}
          options={(["today", "week", "all"] as const).map((each) =>
            [each, texts.say(`export_${each}`)] as const
          )}
          onValue={(next) => {
            page.dispatch({ type: "export_end" });
            setPeriod(next);
          }}
        />
        <Choice
          label={texts.say("export_format")}
          value={format}
          options={(["text", "csv"] as const).map((each) =>
            [each, texts.say(`export_${each}`)] as const
          )}
          onValue={setFormat}
        />
        {exporting !== undefined && <Progress exporting={exporting} />}
        <div class="buttons end">
          {isDone && (
            <button type="button" onClick={() => save(page, exporting, format)}>
              <Icon name="save" /> {texts.say("export_again")}
            </button>
          )}
          {exporting?.state === "failed" && (
            <button
              type="button"
              onClick={() => page.dispatch({ type: "export_more" })}
            >
              {texts.say("export_retry")}
            </button>
          )}
          {isBusy
            ? (
              <button type="button" onClick={() => page.dispatch({ type: "export_end" })}>
                {texts.say("cancel")}
              </button>
            )
            : <button type="submit" class="primary">{texts.say("export_start")}</button>}
        </div>
      </form>
    </Modal>
  );
}

/** Draws how many messages were read, and how far back. */
function Progress({ exporting }: { readonly exporting: Exporting }) {
  const page = usePage();
  const texts = useTexts();
  const { failure, from, isCut, items, state } = exporting;
  const amount = items.length;
  if (state === "done") {
    return (
      <div role="status">
        <p>{amount === 0 ? texts.say("export_empty") : texts.count("export_done", amount)}</p>
        {isCut && <p>{texts.say("export_cut")}</p>}
      </div>
    );
  }
  const oldest = items.at(-1)?.at;
  const now = page.now();
  const share = oldest === undefined || from === 0 ? undefined : (now - oldest) / (now - from);
  const label = texts.count("export_busy", amount);
  return (
    <div>
      <progress aria-label={label} {...share === undefined ? {} : { value: share }} />
      <p role="status">
        {label} {oldest !== undefined && texts.say("export_back_to", { time: localTime(oldest) })}
      </p>
      {failure !== undefined && <p class="error" role="alert">{texts.failure(failure, now)}</p>}
    </div>
  );
}

/** Returns the beginning of a period, in milliseconds since 1970. */
function beginOf(period: Period, now: number): number {
  if (period === "all") return 0;
  if (period === "week") return now - WEEK_MS;
  return new Date(now).setHours(0, 0, 0, 0);
}

function save(page: Page, { items, name }: Exporting, format: ExportFormat): void {
  const texts = page.texts.peek();
  const time = localTime(page.now()).slice(0, 16);
  const file = fileName(name, time);
  if (format === "text") {
    return download(`${file}.txt`, roomText(items, `${name} – ${time}`), "text/plain");
  }
  const columns = {
    id: texts.say("column_id"),
    time: texts.say("column_time"),
    from: texts.say("column_from"),
    content: texts.say("column_content"),
  };
  const separator = texts.language === "fr" ? ";" : ",";
  download(`${file}.csv`, roomCsv(items, columns, separator), "text/csv");
}
