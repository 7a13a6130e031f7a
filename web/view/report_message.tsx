// The dialog in which a user reports a message to the staff.
import { useEffect, useState } from "preact/hooks";
import { spoken } from "./announcer.ts";
import { Modal } from "./dialog.tsx";
import { Field } from "./fields.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

/** The tag of the request. */
const TAG = "report";

/** Draws the dialog. It stays open until the server has accepted the report. */
export function ReportMessage(
  { id, author, text }: { readonly id: number; readonly author: string; readonly text: string },
) {
  const page = usePage();
  const texts = useTexts();
  const [reason, setReason] = useState("");
  const outcome = useApp((app) => app.outcomes.get(TAG));
  const close = () => page.ui.dialog.value = undefined;
  useEffect(() => () => page.dispatch({ type: "forget", tag: TAG }), []);
  useEffect(() => {
    if (outcome?.state !== "ok") return;
    page.ui.toast.value = texts.say("report_done");
    close();
  }, [outcome]);
  return (
    <Modal title={texts.say("report_title")}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const given = reason.trim() === "" ? {} : { reason: reason.trim() };
          page.dispatch({ type: "act", act: { kind: "report", id, ...given }, tag: TAG });
        }}
      >
        <blockquote class="quoted">
          <b>
            <bdi>{author}</bdi>
          </b>{" "}
          <span dir="auto">{spoken(text, texts)}</span>
        </blockquote>
        <p>{texts.say("report_note")}</p>
        <Field
          label={`${texts.say("mod_reason")} (${texts.say("optional")})`}
          value={reason}
          onValue={setReason}
          maxLength={200}
          autofocus
        />
        {outcome?.state === "failed" && (
          <p class="error" role="alert">{texts.failure(outcome.failure, page.now())}</p>
        )}
        <div class="buttons end">
          <button type="button" onClick={close}>{texts.say("cancel")}</button>
          <button type="submit" class="primary" disabled={outcome?.state === "busy"}>
            {texts.say("report_do")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
