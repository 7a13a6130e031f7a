// Open registration: for a time, and for a network or everyone.
import { useState } from "preact/hooks";
import { Field } from "../fields.tsx";
import { usePage, useTexts } from "../page.ts";
import type { Desk } from "./desk.ts";
import { Times } from "./invitations.tsx";
import { Trouble, useDoing, useLoaded } from "./parts.tsx";

/** How long registration can be open. */
const TIMES = ["10m", "30m", "1h", "2h", "4h", "1d"] as const;

/** Draws whether accounts can be registered, and the times when registration is open. */
export function Registration({ desk }: { readonly desk: Desk }) {
  const page = usePage();
  const texts = useTexts();
  const status = useLoaded(() => desk.ask({ type: "registration" }));
  const { isBusy, failure, start } = useDoing();
  const [time, setTime] = useState<string>("30m");
  const [network, setNetwork] = useState("");
  const open = (event: Event) => {
    event.preventDefault();
    const where = network.trim();
    start(async () => {
      const rest = where === "" ? {} : { network: where };
      await desk.ask({ type: "registration_open", for: time, ...rest });
      status.reload();
    });
  };
  const close = (where: string | undefined) =>
    start(async () => {
      await desk.ask({ type: "registration_close", network: where });
      status.reload();
    });
  const { registration, windows = [] } = status.value ?? {};
  return (
    <>
      <h2>{texts.say("adm_registration")}</h2>
      <Trouble failure={status.failure} />
      {registration !== undefined && (
        <p role="status">
          {texts.say(
            registration === true
              ? "adm_registration_true"
              : registration === false
              ? "adm_registration_false"
              : "adm_registration_invite",
          )}
        </p>
      )}
      <ul class="admin-list" aria-label={texts.say("adm_registration")}>
        {windows.map((window) => (
          <li key={window.network ?? ""} class="admin-bar">
            <p>
              {window.network === undefined
                ? texts.say("adm_registration_all")
                : texts.say("adm_registration_network", { network: window.network })}{" "}
              {texts.say("adm_until", {
                time: texts.moment(Date.parse(window.until), page.now()),
              })} <small>{texts.say("adm_by", { name: window.opened_by })}</small>
            </p>
            <button type="button" disabled={isBusy} onClick={() => close(window.network)}>
              {texts.say(
                window.network === undefined
                  ? "adm_registration_close_all"
                  : "adm_registration_close",
              )}
            </button>
          </li>
        ))}
      </ul>
      <form class="stack" onSubmit={open}>
        <div class="admin-fields">
          <Times
            label={texts.say("adm_registration_time")}
            times={TIMES}
            value={time}
            onValue={setTime}
          />
          <Field
            label={texts.say("adm_registration_where")}
            hint={texts.say("adm_registration_where_hint")}
            value={network}
            onValue={setNetwork}
            maxLength={64}
          />
        </div>
        <Trouble failure={failure} />
        <div class="buttons">
          <button type="submit" disabled={isBusy}>{texts.say("adm_registration_open")}</button>
        </div>
      </form>
    </>
  );
}
