// The line above the log: the name of the room, its topic, and its menu.
import { isStaff, maySetTopic } from "../model/permissions.ts";
import type { Room } from "../model/state.ts";
import { copyText } from "./clipboard.ts";
import { Icon, IconButton } from "./icons.tsx";
import { Menu, MenuItem } from "./menu.tsx";
import { linkTo } from "./message_actions.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

/** Draws the head of a room. */
export function RoomHead({ room }: { readonly room: Room }) {
  const page = usePage();
  const texts = useTexts();
  const person = useApp(
    (app) => room.kind === "private" ? app.people.get(room.key.slice(1)) : undefined,
    [room.key],
  );
  const guest = useApp(({ me }) => me?.role === "guest");
  const topic = room.kind === "channel"
    ? room.topic
    : texts.say(guest ? "private_guest_note" : "private_note", { name: room.name });
  return (
    <header class="room-head">
      <RoomsButton />
      <h1>
        <bdi>{room.name}</bdi>
        {room.kind === "private" && (
          <StateDot online={person?.online ?? false} state={person?.state} />
        )}
        <RoomFlags room={room} />
      </h1>
      <p class="topic" dir="auto" title={topic}>{topic}</p>
      {room.kind === "channel" && (
        <>
          <button
            type="button"
            class="quiet people-button"
            title={texts.count("room_people", room.members.size)}
            aria-label={texts.count("room_people", room.members.size)}
            onClick={() => page.ui.panel.value = "people"}
          >
            <Icon name="people" /> {room.members.size > 0 && room.members.size}
            <Waiting />
          </button>
          <RoomMenu room={room} />
        </>
      )}
      {room.kind === "private" && (
        <IconButton
          name="people"
          label={texts.say("person_profile", { name: room.name })}
          onClick={() => page.ui.dialog.value = { kind: "person", name: room.name }}
        />
      )}
    </header>
  );
}

/** Draws the number of hands and reports that wait for staff, for pages on which the panel is closed. */
function Waiting() {
  const texts = useTexts();
  const amount = useApp(({ lesson, me }) =>
    isStaff(me) ? lesson.hands.length + lesson.reports.length : 0
  );
  if (amount === 0) return null;
  return <span class="count loud" title={texts.count("panel_waiting", amount)}>{amount}</span>;
}

/** Draws the signs of a channel that not everyone may read or write in. */
export function RoomFlags(
  { room }: { readonly room: Pick<Room, "restricted" | "closed" | "readOnly"> },
) {
  const texts = useTexts();
  const words = [
    room.restricted ? texts.say("room_restricted") : "",
    room.closed ? texts.say("room_closed") : "",
    room.readOnly ? texts.say("room_read_only") : "",
  ].filter((word) => word !== "").join(", ");
  if (words === "") return null;
  return (
    <span class="flags" title={words}>
      <Icon name={room.restricted || room.closed ? "lock" : "eye"} />
      <span class="off-screen">({words})</span>
    </span>
  );
}

/** Draws a dot that shows whether a person is online. The text beside it says the same. */
export function StateDot(
  { online, state }: { readonly online: boolean; readonly state: string | undefined },
) {
  const look = !online
    ? "off"
    : state === "online" || state === "" || state === undefined
    ? "on"
    : /dnd|disturb|dérang/i.test(state)
    ? "dnd"
    : "away";
  return <span class={`dot ${look}`} aria-hidden="true" />;
}

/** Draws the button that opens the conversations on a narrow page. */
export function RoomsButton() {
  const page = usePage();
  const texts = useTexts();
  const shown = useApp((app) => app.route.at === "room" ? app.route.room : undefined);
  const unread = useApp(
    ({ rooms }) =>
      [...rooms.values()].reduce((sum, { key, unread }) => sum + (key === shown ? 0 : unread), 0),
    [shown],
  );
  const label = unread > 0 ? texts.count("rooms_open_unread", unread) : texts.say("rooms_open");
  return (
    <button
      type="button"
      class="quiet rooms-button"
      title={label}
      aria-label={label}
      onClick={() => page.ui.panel.value = "rooms"}
    >
      <Icon name="menu" />
      {unread > 0 && <span class="count">{unread > 99 ? "99+" : unread}</span>}
    </button>
  );
}

function RoomMenu({ room }: { readonly room: Room }) {
  const page = usePage();
  const texts = useTexts();
  const me = useApp((app) => app.me);
  const open = (kind: "topic" | "close" | "qr") => page.ui.dialog.value = { kind, room: room.key };
  const act = (kind: "open_channel") =>
    page.dispatch({ type: "act", act: { kind, channel: room.name } });
  return (
    <Menu icon="more" label={texts.say("room_menu", { room: room.name })}>
      <MenuItem
        icon="link"
        onClick={() => void copyText(page, linkTo(page, room.key, undefined), "copied_link")}
      >
        {texts.say("room_copy_link")}
      </MenuItem>
      <MenuItem icon="qr" onClick={() => open("qr")}>{texts.say("room_qr")}</MenuItem>
      {maySetTopic(me, room) && (
        <MenuItem icon="pencil" onClick={() => open("topic")}>
          {texts.say("room_topic_edit")}
        </MenuItem>
      )}
      {isStaff(me) && !room.closed && (
        <MenuItem icon="lock" onClick={() => open("close")}>{texts.say("room_close")}</MenuItem>
      )}
      {isStaff(me) && room.closed && (
        <MenuItem icon="lock" onClick={() => act("open_channel")}>
          {texts.say("room_reopen")}
        </MenuItem>
      )}
      {room.member && (
        <MenuItem
          icon="exit"
          onClick={() => page.dispatch({ type: "leave", room: room.key })}
        >
          {texts.say("room_leave")}
        </MenuItem>
      )}
    </Menu>
  );
}
