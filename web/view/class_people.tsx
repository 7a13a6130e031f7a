// The list of the class panel: who is here, since when and what they said last, and who is absent.
import { useMemo, useState } from "preact/hooks";
import { type RollLine, rollOf } from "../model/roll.ts";
import type { ClassName, Room } from "../model/state.ts";
import { matching } from "../text/completion.ts";
import { Avatar } from "./avatar.tsx";
import { Choice } from "./fields.tsx";
import { Icon } from "./icons.tsx";
import { memo } from "./memo.ts";
import { useApp, usePage, useTexts } from "./page.ts";
import { stateWords } from "./people.tsx";
import { StateDot } from "./room_head.tsx";
import { ago, useNow } from "./useful.ts";

/** The values of the list field that are no class. A name of a class has no `#` and no `*`. */
const EVERYONE = "*";
const ROOM = "#";

/** The number of people from which the list has a search field. */
const FILTER_FROM = 12;

/** How often times are drawn again, in milliseconds. */
const REDRAW = 30_000;

/** Draws the list of a class, of everyone who is online, or of the room. */
export function ClassPeople({ room }: { readonly room: Room | undefined }) {
  const page = usePage();
  const texts = useTexts();
  const lesson = useApp((app) => app.lesson);
  const people = useApp((app) => app.people);
  const [ofRoom, setOfRoom] = useState(false);
  const [typed, setTyped] = useState("");
  const now = useNow(page.now, REDRAW);
  const channel = ofRoom && room?.kind === "channel" ? room : undefined;
  const all = useMemo(
    () =>
      rollOf(
        { lesson, people },
        channel === undefined ? { list: "class" } : { list: "room", room: channel },
      )
        .sort((a, b) => texts.compare(a.name, b.name)),
    [lesson, people, channel, texts],
  );
  const found = typed === "" ? all : matching(all, typed, ({ name }) => name);
  const here = found.filter((line) => line.here);
  const absent = found.filter((line) => !line.here);
  const isClass = channel === undefined && lesson.chosen !== undefined;
  const present = all.filter((line) => line.here).length;
  const choose = (value: string) => {
    setOfRoom(value === ROOM);
    if (value !== ROOM) {
      page.dispatch({ type: "choose_class", name: value === EVERYONE ? undefined : value });
    }
  };
  return (
    <section class="roll" aria-label={texts.say("class_panel")}>
      <h3>
        {isClass
          ? texts.say("class_count", { n: present, all: all.length })
          : texts.count("class_count_online", present)}
      </h3>
      <ListChoice
        classes={lesson.classes}
        chosen={channel === undefined ? lesson.chosen ?? EVERYONE : ROOM}
        roomName={room?.kind === "channel" ? room.name : undefined}
        onChosen={choose}
      />
      {all.length >= FILTER_FROM && (
        <input
          type="search"
          value={typed}
          placeholder={texts.say("people_filter")}
          aria-label={texts.say("people_filter")}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {lesson.pupils === undefined && all.length === 0 && (
        <p class="empty">{texts.say("class_loading")}</p>
      )}
      {lesson.pupils !== undefined && here.length === 0 && (
        <p class="empty">{texts.say(typed === "" ? "class_nobody" : "people_none")}</p>
      )}
      <ul>{here.map((line) => <Line key={line.key} line={line} now={now} />)}</ul>
      {absent.length > 0 && (
        <>
          <h3>
            {texts.say("class_absent")} <span class="amount">{absent.length}</span>
          </h3>
          <ul>{absent.map((line) => <Line key={line.key} line={line} now={now} />)}</ul>
        </>
      )}
    </section>
  );
}

/** Draws the choice of the list: a few words side by side, or a field once there are classes. */
function ListChoice(
  { classes, chosen, roomName, onChosen }: {
    readonly classes: readonly ClassName[];
    readonly chosen: string;
    readonly roomName: string | undefined;
    readonly onChosen: (value: string) => void;
  },
) {
  const texts = useTexts();
  const options = [
    ...classes.map(({ name }) => [name, name] as const),
    [EVERYONE, texts.say("class_everyone")] as const,
    ...roomName === undefined
      ? []
      : [[ROOM, texts.say("class_channel", { room: roomName })] as const],
  ];
  if (options.length === 1) return null;
  if (classes.length === 0) {
    return (
      <Choice
        label={texts.say("class_list")}
        value={chosen}
        options={options}
        onValue={onChosen}
      />
    );
  }
  return (
    <select
      aria-label={texts.say("class_list")}
      value={chosen}
      onChange={(event) => onChosen(event.currentTarget.value)}
    >
      {options.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
    </select>
  );
}

const Line = memo(
  function Line({ line, now }: { readonly line: RollLine; readonly now: number }) {
    const { ui } = usePage();
    const texts = useTexts();
    const me = useApp((app) => app.me?.key);
    const { disabled, hand, here, key, last, mutedUntil, name, role, since, state } = line;
    const isMuted = mutedUntil !== undefined && mutedUntil > now;
    const isUsual = state === "" || state.toLowerCase() === "online";
    const notes = [
      key === me ? texts.say("person_you") : "",
      role === "member" ? "" : texts.say(`role_${role}`),
      disabled ? texts.say("class_disabled") : "",
      !here || isUsual ? "" : stateWords(texts, state),
      here && since !== undefined ? texts.say("class_since", { time: texts.time(since) }) : "",
    ].filter((note) => note !== "").join(" · ");
    return (
      <li>
        <button
          type="button"
          class={here ? "person pupil" : "person pupil away"}
          onClick={() => ui.dialog.value = { kind: "person", name }}
        >
          <span class="mini">
            <Avatar name={name} nameKey={key} />
            <StateDot online={here} state={state} />
          </span>
          <span class="pupil-text">
            <span class="pupil-name">
              <bdi>{name}</bdi>
              {hand !== undefined && (
                <span class="raised">
                  <Icon name="hand" />
                  <span class="off-screen">{texts.say("class_hand", { place: hand })}</span>
                </span>
              )}
              {isMuted && <Muted until={mutedUntil} />}
              <small>{notes}</small>
            </span>
            {last !== undefined && (
              <small class="last" dir="auto">
                {ago(texts, last.at, now)} · {last.text}
              </small>
            )}
          </span>
        </button>
      </li>
    );
  },
);

function Muted({ until }: { readonly until: number }) {
  const texts = useTexts();
  const words = until === Infinity
    ? texts.say("state_muted")
    : texts.say("class_muted_until", { time: texts.time(until) });
  return (
    <span class="muted" title={words}>
      <Icon name="mute" />
      <span class="off-screen">{words}</span>
    </span>
  );
}
