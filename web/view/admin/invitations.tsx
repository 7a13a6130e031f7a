// The invitations: create, show large, list and revoke. Below them, the times of open registration.
import { useEffect, useRef, useState } from "preact/hooks";
import type { InviteRow } from "../../../lib/protocol/replies/invite_admin.ts";
import { copyText } from "../clipboard.ts";
import { Check, Field } from "../fields.tsx";
import { Icon, IconButton } from "../icons.tsx";
import { useApp, usePage, useTexts } from "../page.ts";
import { QrCode } from "../qr.tsx";
import type { Desk } from "./desk.ts";
import { Confirm, Select, Trouble, useDoing, useLoaded } from "./parts.tsx";
import { Registration } from "./registration.tsx";

/** The maximum number of uses of an invitation. */
export const USES_MAX = 1_000;

/** How long an invitation can be used. */
const TIMES = ["30m", "1h", "2h", "4h", "1d", "1w", "30d", "90d"] as const;

/** Draws the section. */
export function Invitations({ desk }: { readonly desk: Desk }) {
  const texts = useTexts();
  const list = useLoaded(() => desk.ask({ type: "invites" }));
  const { isBusy, failure, start } = useDoing();
  const [large, enlarge] = useState<InviteRow | undefined>(undefined);
  const revoke = (id: number) =>
    start(async () => {
      await desk.ask({ type: "invite_revoke", id });
      list.reload();
    });
  return (
    <>
      <h2>{texts.say("adm_section_invitations")}</h2>
      <CreateInvite
        desk={desk}
        onCreated={(invite) => {
          enlarge(invite);
          list.reload();
        }}
      />
      <Trouble failure={failure ?? list.failure} />
      {list.value?.invites.length === 0 && <p role="status">{texts.say("adm_invite_none")}</p>}
      <ul class="admin-list" aria-label={texts.say("adm_section_invitations")}>
        {list.value?.invites.map((invite) => (
          <li key={invite.id}>
            <Invite invite={invite} />
            <div class="buttons">
              {invite.link !== undefined && (
                <button type="button" onClick={() => enlarge(invite)}>
                  <Icon name="qr" /> {texts.say("adm_invite_show", { id: invite.id })}
                </button>
              )}
              {invite.state === "open" && (
                <Confirm
                  label={texts.say("adm_invite_revoke", { id: invite.id })}
                  question={texts.say("adm_invite_revoke_ask", { id: invite.id })}
                  done={texts.say("adm_invite_revoke_do")}
                  disabled={isBusy}
                  onConfirm={() => revoke(invite.id)}
                />
              )}
            </div>
          </li>
        ))}
      </ul>
      {list.value?.more === true && <p class="hint">{texts.say("adm_invite_more")}</p>}
      <Registration desk={desk} />
      {large !== undefined && <Large invite={large} onClose={() => enlarge(undefined)} />}
    </>
  );
}

/** Draws what an invitation permits, and how far it is used. */
function Invite({ invite }: { readonly invite: InviteRow }) {
  const page = usePage();
  const texts = useTexts();
  const { channel, created_by: by, expires, id, register, state, used, uses } = invite;
  const until = texts.moment(Date.parse(expires), page.now());
  return (
    <p class={state === "open" ? "" : "hint"}>
      <b>{texts.say("adm_invite", { id })}</b> {texts.say(`adm_invite_${state}`, { until })}{" "}
      {texts.say("adm_invite_count", { used, uses })} {channel !== undefined &&
        texts.say("adm_invite_leads", { channel })} {register && texts.say("adm_invite_registers")}
      {" "}
      <small>{texts.say("adm_by", { name: by })}</small>
    </p>
  );
}

function CreateInvite(
  { desk, onCreated }: {
    readonly desk: Desk;
    readonly onCreated: (invite: InviteRow) => void;
  },
) {
  const page = usePage();
  const texts = useTexts();
  const { isBusy, failure, start } = useDoing();
  const directory = useApp((app) => app.directory);
  const [uses, setUses] = useState("30");
  const [expires, setExpires] = useState<string>("1h");
  const [channel, setChannel] = useState("");
  const [register, setRegister] = useState(false);
  useEffect(() => page.dispatch({ type: "directory" }), []);
  const amount = Number(uses);
  const isValid = Number.isInteger(amount) && amount >= 1 && amount <= USES_MAX;
  const create = (event: Event) => {
    event.preventDefault();
    if (!isValid) return;
    start(async () => {
      const rest = channel === "" ? {} : { channel };
      onCreated(
        await desk.ask({ type: "invite_create", uses: amount, expires, register, ...rest }),
      );
    });
  };
  const channels = (directory ?? []).map(({ name }) => name).sort(texts.compare);
  return (
    <form class="stack" onSubmit={create}>
      <div class="admin-fields">
        <Field
          label={texts.say("adm_invite_uses")}
          value={uses}
          onValue={setUses}
          maxLength={4}
          required
          error={isValid ? undefined : texts.say("adm_invite_uses_wrong", { max: USES_MAX })}
        />
        <Times
          label={texts.say("adm_invite_time")}
          times={TIMES}
          value={expires}
          onValue={setExpires}
        />
        <Select
          label={texts.say("adm_invite_channel")}
          value={channel}
          options={[
            ["", texts.say("adm_invite_nowhere")],
            ...channels.map((name) => [name, name] as const),
          ]}
          onValue={setChannel}
        />
      </div>
      <Check
        label={texts.say("adm_invite_register")}
        hint={texts.say("adm_invite_register_hint")}
        checked={register}
        onChecked={setRegister}
      />
      <Trouble failure={failure} />
      <div class="buttons">
        <button type="submit" class="primary" disabled={isBusy || !isValid}>
          {texts.say("adm_invite_create")}
        </button>
      </div>
    </form>
  );
}

/** Draws a choice of durations, such as `1h`. */
export function Times(
  { label, times, value, onValue }: {
    readonly label: string;
    readonly times: readonly string[];
    readonly value: string;
    readonly onValue: (value: string) => void;
  },
) {
  const texts = useTexts();
  const words = (time: string) => {
    const amount = parseInt(time, 10);
    if (time.endsWith("m")) return texts.count("adm_minutes", amount);
    if (time.endsWith("h")) return texts.count("adm_hours", amount);
    return texts.count("adm_days", time.endsWith("w") ? 7 * amount : amount);
  };
  return (
    <Select
      label={label}
      value={value}
      options={times.map((time) => [time, words(time)] as const)}
      onValue={onValue}
    />
  );
}

/** Draws an invitation over the whole page: QR code, code and link. Escape closes it. */
function Large(
  { invite, onClose }: { readonly invite: InviteRow; readonly onClose: () => void },
) {
  const page = usePage();
  const texts = useTexts();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const back = document.activeElement;
    box.current?.showModal();
    return () => {
      if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
    };
  }, []);
  const { channel, code = "", link = "" } = invite;
  return (
    <dialog
      ref={box}
      class="admin-large"
      aria-label={texts.say("adm_invite", { id: invite.id })}
      onClose={onClose}
    >
      <div class="admin-bar">
        <button type="button" onClick={() => void copyText(page, link, "copied_link")}>
          <Icon name="copy" /> {texts.say("adm_invite_copy")}
        </button>
        <IconButton name="close" label={texts.say("close")} onClick={onClose} />
      </div>
      <QrCode text={link} label={texts.say("adm_invite_qr")} />
      <p class="admin-code">{code}</p>
      <p class="address">{link}</p>
      {channel !== undefined && <p>{texts.say("adm_invite_leads", { channel })}</p>}
    </dialog>
  );
}
