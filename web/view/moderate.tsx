// The moderation of a person: mute, kick from a channel, disconnect, ban, each with a reason.
import { useState } from "preact/hooks";
import type { Act, Person, RoomKey } from "../model/state.ts";
import type { Texts } from "../texts/catalogue.ts";
import { Choice, Field } from "./fields.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

type What = "mute" | "kick" | "kick_all" | "ban";

const MINUTE = 60;
const DURATIONS = {
  mute: [5 * MINUTE, 10 * MINUTE, 60 * MINUTE, 0],
  ban: [60 * MINUTE, 24 * 60 * MINUTE, 7 * 24 * 60 * MINUTE, 0],
} as const;

const ICONS: Readonly<Record<What, IconName>> = {
  mute: "mute",
  kick: "exit",
  kick_all: "exit",
  ban: "warning",
};

/** The tag of the request. */
const TAG = "moderate";

function durationWords(texts: Texts, seconds: number): string {
  if (seconds === 0) return texts.say("mod_forever");
  if (seconds < 60 * MINUTE) return texts.count("mod_minutes", seconds / MINUTE);
  if (seconds < 24 * 60 * MINUTE) return texts.count("mod_hours", seconds / 3600);
  return texts.count("mod_days", seconds / 86_400);
}

/** Draws the actions on a person. The moderator chooses one, then its duration and reason. */
export function ModeratePerson(
  { person, muted, room, onDone }: {
    readonly person: Person;
    readonly muted: boolean;
    readonly room: RoomKey | undefined;
    readonly onDone: () => void;
  },
) {
  const page = usePage();
  const texts = useTexts();
  const channel = useApp((app) => room?.startsWith("#") ? app.rooms.get(room)?.name : undefined, [
    room,
  ]);
  const outcome = useApp((app) => app.outcomes.get(TAG));
  const [what, setWhat] = useState<What | undefined>(undefined);
  const [seconds, setSeconds] = useState<number>(10 * MINUTE);
  const [reason, setReason] = useState("");
  const user = person.name;
  const run = (act: Act) => {
    page.dispatch({ type: "act", act, tag: TAG });
    onDone();
  };
  const given = reason.trim() === "" ? {} : { reason: reason.trim() };
  const confirm = (event: Event) => {
    event.preventDefault();
    if (what === "mute" || what === "ban") run({ kind: what, user, seconds, ...given });
    else run({ kind: "kick", user, ...what === "kick" && channel ? { channel } : {}, ...given });
  };
  const names: Readonly<Record<What, string>> = {
    mute: texts.say("mod_mute"),
    kick: texts.say("mod_kick", { room: channel ?? "" }),
    kick_all: texts.say("mod_kick_all"),
    ban: texts.say("mod_ban"),
  };
  const choose = (next: What) => {
    setWhat(next);
    if (next === "mute" || next === "ban") setSeconds(DURATIONS[next][1]);
  };
  const acts: What[] = channel === undefined
    ? ["mute", "kick_all", "ban"]
    : ["mute", "kick", "kick_all", "ban"];
  return (
    <form class="moderate" onSubmit={confirm} aria-label={texts.say("mod_title", { name: user })}>
      <div class="moderate-acts">
        {muted && (
          <button
            type="button"
            onClick={() => run({ kind: "unmute", user })}
          >
            <Icon name="check" /> {texts.say("mod_unmute")}
          </button>
        )}
        {acts.map((act) => (
          <button
            key={act}
            type="button"
            class={act === "ban" ? "danger" : ""}
            aria-pressed={what === act}
            onClick={() => choose(act)}
          >
            <Icon name={ICONS[act]} /> {names[act]}
          </button>
        ))}
      </div>
      {what !== undefined && (
        <div class="stack">
          {(what === "mute" || what === "ban") && (
            <Choice
              label={texts.say("mod_duration")}
              value={seconds}
              options={DURATIONS[what].map((each) =>
                [each as number, durationWords(texts, each)] as const
              )}
              onValue={setSeconds}
            />
          )}
          {what === "ban" && <p class="hint">{texts.say("mod_ban_note")}</p>}
          <Field
            label={`${texts.say("mod_reason")} (${texts.say("optional")})`}
            hint={texts.say("mod_reason_hint")}
            value={reason}
            onValue={setReason}
            maxLength={200}
          />
          <button type="submit" class={what === "ban" ? "primary danger" : "primary"}>
            {names[what]}
          </button>
        </div>
      )}
      {outcome?.state === "failed" && (
        <p class="error" role="alert">{texts.failure(outcome.failure, page.now())}</p>
      )}
    </form>
  );
}
