// The list of the user's conversations: channels, private conversations, and their unread counts.
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { hrefOf, routeTo } from "../model/route.ts";
import type { Room } from "../model/state.ts";
import { Avatar } from "./avatar.tsx";
import { Icon, IconButton } from "./icons.tsx";
import { memo } from "./memo.ts";
import { useApp, usePage, useTexts } from "./page.ts";
import { RoomFlags, StateDot } from "./room_head.tsx";
import { ClassName, UserMenu } from "./top.tsx";

/** Returns the rooms in the order of the list: the first channel, other channels by name, conversations by time. */
export function listed(
  rooms: ReadonlyMap<string, Room>,
  compare: (a: string, b: string) => number,
) {
  const all = [...rooms.values()];
  const channels = all.filter(({ kind, member }) => kind === "channel" && member);
  const [first, ...others] = channels;
  const talks = all.filter(({ kind }) => kind === "private")
    .sort((a, b) => b.lastAt - a.lastAt || compare(a.name, b.name));
  return {
    channels: first === undefined ? [] : [first, ...others.sort((a, b) => compare(a.name, b.name))],
    talks,
  };
}

/** Draws the list of conversations. */
export function Rooms() {
  const page = usePage();
  const texts = useTexts();
  const rooms = useApp((app) => app.rooms);
  const shown = useApp((app) => app.route.at === "room" ? app.route.room : undefined);
  const { channels, talks } = useMemo(() => listed(rooms, texts.compare), [rooms, texts]);
  const open = (kind: "join" | "private") => {
    page.ui.panel.value = undefined;
    page.ui.dialog.value = { kind };
  };
  return (
    <nav class="rooms" aria-label={texts.say("rooms")} data-region="rooms">
      <div class="panel-head">
        <ClassName />
        <IconButton
          name="close"
          class="panel-close"
          label={texts.say("close")}
          onClick={() => page.ui.panel.value = undefined}
        />
      </div>
      <Section
        title={texts.say("rooms_channels")}
        add={texts.say("rooms_add")}
        onAdd={() => open("join")}
      >
        {channels.map((room) => (
          <RoomLink
            key={room.key}
            room={room}
            current={room.key === shown}
          />
        ))}
      </Section>
      <Section
        title={texts.say("rooms_private")}
        add={texts.say("rooms_new_private")}
        onAdd={() => open("private")}
      >
        {talks.map((room) => <RoomLink key={room.key} room={room} current={room.key === shown} />)}
      </Section>
      <div class="rooms-foot">
        <UserMenu />
      </div>
    </nav>
  );
}

function Section(
  { title, add, onAdd, children }: {
    readonly title: string;
    readonly add: string;
    readonly onAdd: () => void;
    readonly children: ComponentChildren;
  },
) {
  return (
    <section>
      <header>
        <h2>{title}</h2>
        <IconButton name="plus" label={add} onClick={onAdd} />
      </header>
      <ul>{children}</ul>
    </section>
  );
}

const RoomLink = memo(
  function RoomLink({ room, current }: { readonly room: Room; readonly current: boolean }) {
    const { ui } = usePage();
    const texts = useTexts();
    const { key, kind, name, unread, unreadMore, mentions, draft } = room;
    const person = useApp(
      ({ people }) => kind === "private" ? people.get(key.slice(1)) : undefined,
      [key],
    );
    const loud = kind === "private" || mentions > 0;
    return (
      <li>
        <a
          href={hrefOf(routeTo(room))}
          class={unread > 0 ? "room unread" : "room"}
          aria-current={current ? "page" : undefined}
          onClick={() => ui.panel.value = undefined}
        >
          {kind === "channel" ? <span class="sign" aria-hidden="true">#</span> : (
            <span class="mini">
              <Avatar name={name} nameKey={key.slice(1)} />
              <StateDot online={person?.online ?? false} state={person?.state} />
            </span>
          )}
          <span class="name">
            <bdi>{kind === "channel" ? name.replace(/^#/, "") : name}</bdi>
          </span>
          <RoomFlags room={room} />
          {draft !== "" && !current && <Icon name="pencil" />}
          {unread > 0 && (
            <span class={loud ? "count loud" : "count"}>
              <span aria-hidden="true">
                {kind === "channel" && mentions > 0 ? "@" : ""}
                {unread > 99 || unreadMore ? "99+" : unread}
              </span>
              <span class="off-screen">{texts.count("room_unread", unread)}</span>
            </span>
          )}
        </a>
      </li>
    );
  },
);
