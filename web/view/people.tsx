// The list of people in the channel that is shown.
import { useMemo, useState } from "preact/hooks";
import type { Person, Role, Room } from "../model/state.ts";
import { matching } from "../text/completion.ts";
import type { TextKey, Texts } from "../texts/catalogue.ts";
import { Avatar } from "./avatar.tsx";
import { Icon, IconButton } from "./icons.tsx";
import { memo } from "./memo.ts";
import { useApp, usePage, useTexts } from "./page.ts";
import { StateDot } from "./room_head.tsx";

/** The number of people from which the list has a search field. */
const FILTER_FROM = 12;

const STAFF: ReadonlySet<Role> = new Set<Role>(["moderator", "admin"]);

/** Returns a user's state as text. Common states are translated. */
export function stateWords(texts: Texts, state: string): string {
  const usual: Readonly<Record<string, TextKey>> = {
    "": "state_online",
    online: "state_online",
    away: "state_away",
    dnd: "state_dnd",
    "do not disturb": "state_dnd",
    invisible: "state_invisible",
    offline: "state_offline",
  };
  const key = usual[state.toLowerCase()];
  return key === undefined ? state : texts.say(key);
}

/** Draws the people of a channel: staff first, then by name. */
export function People({ room }: { readonly room: Room }) {
  const { ui } = usePage();
  const texts = useTexts();
  const people = useApp((app) => app.people);
  const [typed, setTyped] = useState("");
  const here = useMemo(() =>
    [...room.members].map((key) => people.get(key))
      .filter((person): person is Person => person !== undefined && person.online)
      .sort((a, b) => texts.compare(a.name, b.name)), [room.members, people, texts]);
  const found = typed === "" ? here : matching(here, typed, ({ name }) => name);
  const staff = found.filter(({ role }) => STAFF.has(role));
  const others = found.filter(({ role }) => !STAFF.has(role));
  return (
    <aside class="people" aria-label={texts.say("people")} data-region="people">
      <div class="panel-head">
        <h2>
          {texts.say("people_here")} <span class="amount">{here.length}</span>
        </h2>
        <IconButton
          name="close"
          class="panel-close"
          label={texts.say("close")}
          onClick={() => ui.panel.value = undefined}
        />
      </div>
      {here.length >= FILTER_FROM && (
        <input
          type="search"
          value={typed}
          placeholder={texts.say("people_filter")}
          aria-label={texts.say("people_filter")}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {staff.length > 0 && (
        <>
          <h3>{texts.say("people_staff")}</h3>
          <PeopleList people={staff} />
        </>
      )}
      {staff.length > 0 && others.length > 0 && <h3>{texts.say("people_here")}</h3>}
      <PeopleList people={others} />
      {found.length === 0 && here.length > 0 && <p class="empty">{texts.say("people_none")}</p>}
      {here.length === 1 && <p class="empty">{texts.say("people_alone")}</p>}
    </aside>
  );
}

const PeopleList = memo(function PeopleList({ people }: { readonly people: readonly Person[] }) {
  return <ul>{people.map((person) => <PersonLine key={person.key} person={person} />)}</ul>;
});

const PersonLine = memo(function PersonLine({ person }: { readonly person: Person }) {
  const { ui, now } = usePage();
  const texts = useTexts();
  const me = useApp((app) => app.me?.key);
  const { key, mutedUntil, name, online, role, state } = person;
  const muted = mutedUntil !== undefined && mutedUntil > now();
  const isUsual = state === "" || state.toLowerCase() === "online";
  const notes = [
    key === me ? texts.say("person_you") : "",
    role === "guest" ? texts.say("role_guest") : "",
    isUsual ? "" : stateWords(texts, state),
  ].filter((note) => note !== "").join(" · ");
  return (
    <li>
      <button
        type="button"
        class="person"
        onClick={() => ui.dialog.value = { kind: "person", name }}
      >
        <span class="mini">
          <Avatar name={name} nameKey={key} />
          <StateDot online={online} state={state} />
        </span>
        <span class="name">
          <bdi>{name}</bdi>
        </span>
        {muted && (
          <span class="muted" title={texts.say("state_muted")}>
            <Icon name="mute" />
            <span class="off-screen">{texts.say("state_muted")}</span>
          </span>
        )}
        <small>{notes}</small>
      </button>
    </li>
  );
});
