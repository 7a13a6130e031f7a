// Parts around the message box: the message being replied to, the remaining length, and why the user cannot write.
import type { whyNotWrite } from "../model/permissions.ts";
import type { Room } from "../model/state.ts";
import { spoken } from "./announcer.ts";
import { HandButton } from "./hand_button.tsx";
import { Icon, IconButton } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { itemOf } from "./reply_quote.tsx";

/** The number of remaining bytes below which it is shown. */
const LEFT_SHOWN = 1000;

/** Draws the message that the user is replying to. */
export function Replying({ room, id }: { readonly room: Room; readonly id: number }) {
  const page = usePage();
  const texts = useTexts();
  const item = useApp((app) => itemOf(app, room.key, id), [room.key, id]);
  return (
    <div class="replying">
      <Icon name="reply" />
      <span>{texts.say("composer_reply", { name: item?.from ?? "…" })}</span>
      <span class="replying-text" dir="auto">
        {item !== undefined && spoken(item.content, texts)}
      </span>
      <IconButton
        name="close"
        label={texts.say("composer_reply_cancel")}
        onClick={() => page.dispatch({ type: "reply_to", room: room.key, id: undefined })}
      />
    </div>
  );
}

/** Draws how many bytes of a long message remain. */
export function Size({ bytes }: { readonly bytes: number }) {
  const texts = useTexts();
  const most = useApp(({ server }) => server?.contentBytes ?? 8192);
  const left = most - bytes;
  if (left > LEFT_SHOWN || most === 0) return null;
  const words = left < 0
    ? texts.count("composer_too_long", -left)
    : texts.count("composer_left", left);
  return <p class={left < 0 ? "composer-size over" : "composer-size"} role="status">{words}</p>;
}

/** Draws the reason why the user cannot write here and what to do, in place of the message box. */
export function Silenced(
  { room, silence }: {
    readonly room: Room;
    readonly silence: NonNullable<ReturnType<typeof whyNotWrite>>;
  },
) {
  const page = usePage();
  const texts = useTexts();
  const until = useApp(({ me }) => me?.mutedUntil);
  const words = () => {
    if (silence !== "muted") return texts.say(`composer_${silence}`);
    return until === undefined || until === Infinity
      ? texts.say("composer_muted")
      : texts.say("composer_muted_until", { time: texts.moment(until, page.now()) });
  };
  return (
    <div class="composer silenced" data-region="composer" role="status" tabIndex={-1}>
      <Icon name={silence === "muted" ? "mute" : "lock"} />
      <p>{words()}</p>
      <HandButton />
      {silence === "not_member" && (
        <button
          type="button"
          class="primary"
          onClick={() => page.dispatch({ type: "join", channel: room.name })}
        >
          {texts.say("composer_join", { room: room.name })}
        </button>
      )}
    </div>
  );
}
