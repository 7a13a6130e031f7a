// The quick switcher (Ctrl+K): finds a channel, a conversation or a person, or starts a search.
import { useMemo, useState } from "preact/hooks";
import { hrefOf, routeTo } from "../model/route.ts";
import { userKey } from "../model/keys.ts";
import { matching } from "../text/completion.ts";
import { Modal } from "./dialog.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

const MOST = 9;

interface Place {
  readonly key: string;
  readonly icon: IconName;
  readonly title: string;
  readonly note?: string;
  readonly go: () => void;
}

/** Draws the places that match the typed text. */
export function Jump() {
  const page = usePage();
  const texts = useTexts();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const rooms = useApp((app) => app.rooms);
  const people = useApp((app) => app.people);
  const me = useApp((app) => app.me?.key);
  const places = useMemo<Place[]>(() => {
    const open = [...rooms.values()].filter(({ kind, member }) => kind === "private" || member)
      .sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0) || b.lastAt - a.lastAt)
      .map((room): Place => ({
        key: room.key,
        icon: room.kind === "channel" ? "hash" : "mail",
        title: room.name,
        ...room.unread > 0 ? { note: texts.count("room_unread", room.unread) } : {},
        go: () => location.hash = hrefOf(routeTo(room)),
      }));
    const others = [...people.values()]
      .filter(({ key, name }) => key !== me && !rooms.has(userKey(name)))
      .map(({ key, name }): Place => ({
        key: `person ${key}`,
        icon: "people",
        title: name,
        note: texts.say("person_message"),
        go: () => page.dispatch({ type: "talk_to", name }),
      }));
    return [...open, ...others];
  }, [rooms, people, texts]);
  const query = typed.trim();
  const found = matching(places, query, ({ title }) => title.replace(/^#/, "")).slice(0, MOST);
  const search: Place = {
    key: "search",
    icon: "search",
    title: texts.say("jump_search", { query }),
    go: () => location.hash = hrefOf({ at: "search", query, channel: undefined }),
  };
  const all = query === "" ? found : [...found, search];
  const shown = Math.min(at, Math.max(0, all.length - 1));
  const take = (place: Place | undefined) => {
    if (place === undefined) return;
    page.ui.dialog.value = undefined;
    page.ui.panel.value = undefined;
    place.go();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && all.length > 0) setAt((shown + step + all.length) % all.length);
    else if (event.key === "Enter" && !event.isComposing) take(all[shown]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={texts.say("jump_title")}>
      <input
        class="jump-field"
        role="combobox"
        type="text"
        list={undefined}
        aria-expanded="true"
        aria-controls="places"
        aria-activedescendant={all.length > 0 ? `place-${shown}` : undefined}
        aria-label={texts.say("jump_placeholder")}
        placeholder={texts.say("jump_placeholder")}
        autocomplete="off"
        value={typed}
        autofocus
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul class="places" id="places" role="listbox" aria-label={texts.say("jump_title")}>
        {all.map((place, index) => (
          <li
            key={place.key}
            id={`place-${index}`}
            role="option"
            aria-selected={index === shown}
            onClick={() => take(place)}
          >
            <Icon name={place.icon} /> <bdi>{place.title}</bdi> <small>{place.note}</small>
          </li>
        ))}
      </ul>
      <p class="off-screen" role="status">
        {all.length === 0 ? texts.say("jump_none") : texts.count("jump_results", all.length)}
      </p>
    </Modal>
  );
}
