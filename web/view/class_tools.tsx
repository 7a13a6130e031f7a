// The tools of a lesson: "Listen to me", private messages, announcement, QR code, projector, export, attendance.
import { hrefOf } from "../model/route.ts";
import type { PrivatePolicy, Room } from "../model/state.ts";
import { Choice } from "./fields.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { type Dialog, useApp, usePage, useTexts } from "./page.ts";

const POLICIES: readonly PrivatePolicy[] = ["all", "staff", "none"];

/** Draws the tools. Those about a room are about the one that is shown. */
export function ClassTools({ room }: { readonly room: Room }) {
  const page = usePage();
  const texts = useTexts();
  const policy = useApp(({ lesson }) => lesson.policy);
  const { name } = room;
  const listen = () =>
    page.dispatch({
      type: "act",
      act: { kind: room.closed ? "open_channel" : "close_channel", channel: name },
    });
  return (
    <div class="tools">
      <button type="button" class="tool wide-tool" aria-pressed={room.closed} onClick={listen}>
        <Icon name={room.closed ? "lock" : "eye"} />
        <span>
          {texts.say("tool_listen")}
          <small>
            {texts.say(room.closed ? "tool_listen_on" : "tool_listen_off", { room: name })}
          </small>
        </span>
      </button>
      <div class="wide-tool">
        <Choice
          label={texts.say("tool_private")}
          value={policy}
          options={POLICIES.map((each) => [each, texts.say(`tool_private_${each}`)] as const)}
          onValue={(next) => page.dispatch({ type: "act", act: { kind: "policy", private: next } })}
        />
      </div>
      <Tool icon="megaphone" label={texts.say("tool_announce")} dialog={{ kind: "announce" }} />
      <Tool icon="qr" label={texts.say("tool_qr")} dialog={{ kind: "qr", room: room.key }} />
      <a
        class="tool"
        href={hrefOf({ at: "projector", room: room.key, name })}
        target="_blank"
        // The new tab gets a copy of the session only from an opener.
        rel="opener"
        title={texts.say("tool_project_hint", { room: name })}
      >
        <Icon name="screen" /> <span>{texts.say("tool_project")}</span>
      </a>
      <Tool
        icon="save"
        label={texts.say("tool_export")}
        dialog={{ kind: "export", room: room.key }}
      />
      <Tool icon="list" label={texts.say("tool_attendance")} dialog={{ kind: "attendance" }} />
    </div>
  );
}

function Tool(
  { icon, label, dialog }: {
    readonly icon: IconName;
    readonly label: string;
    readonly dialog: Dialog;
  },
) {
  const { ui } = usePage();
  return (
    <button type="button" class="tool" onClick={() => ui.dialog.value = dialog}>
      <Icon name={icon} /> <span>{label}</span>
    </button>
  );
}
