// The dialogs that join or create a channel, and that start a conversation with a person.
import { useEffect, useState } from "preact/hooks";
import { hrefOf, routeTo } from "../model/route.ts";
import { matching } from "../text/completion.ts";
import { Avatar } from "./avatar.tsx";
import { Modal } from "./dialog.tsx";
import { Field } from "./fields.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { RoomFlags } from "./room_head.tsx";

const TAG = "join";

/** Draws the dialog that joins a channel from the list, or by name. */
export function JoinChannel() {
  const page = usePage();
  const texts = useTexts();
  const [typed, setTyped] = useState("");
  const directory = useApp((app) => app.directory);
  const rooms = useApp((app) => app.rooms);
  const outcome = useApp((app) => app.outcomes.get(TAG));
  useEffect(() => {
    page.dispatch({ type: "forget", tag: TAG });
    page.dispatch({ type: "directory" });
  }, []);
  useEffect(() => {
    if (outcome?.state !== "ok") return;
    page.dispatch({ type: "forget", tag: TAG });
    page.ui.dialog.value = undefined;
  }, [outcome]);
  const join = (name: string) => {
    const channel = name.trim().replace(/^#?/, "#").replace(/\s+/g, "-");
    if (channel !== "#") page.dispatch({ type: "join", channel, tag: TAG });
  };
  const found = matching(directory ?? [], typed.replace(/^#/, ""), ({ name }) => name.slice(1));
  return (
    <Modal title={texts.say("join_title")}>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          join(typed);
        }}
      >
        <Field
          label={texts.say("join_name")}
          hint={texts.say("join_hint")}
          value={typed}
          onValue={setTyped}
          error={outcome?.state === "failed"
            ? texts.failure(outcome.failure, page.now())
            : undefined}
          maxLength={64}
          autofocus
        />
        <button type="submit" class="primary" disabled={typed.trim() === ""}>
          {texts.say("join_do")}
        </button>
      </form>
      <h3>{texts.say("join_list")}</h3>
      <ul class="directory">
        {found.map((channel) => {
          const room = rooms.get(channel.key);
          const words = (
            <>
              <span class="directory-name">
                <bdi>{channel.name}</bdi> <RoomFlags room={channel} />
              </span>
              <small dir="auto">{channel.topic}</small>
              <small>
                {room?.member === true
                  ? texts.say("join_here")
                  : texts.count("join_members", channel.members)}
              </small>
            </>
          );
          return (
            <li key={channel.key}>
              {room?.member === true
                ? (
                  <a href={hrefOf(routeTo(room))} onClick={() => page.ui.dialog.value = undefined}>
                    {words}
                  </a>
                )
                : <button type="button" onClick={() => join(channel.name)}>{words}</button>}
            </li>
          );
        })}
      </ul>
      {directory !== undefined && directory.length === 0 && (
        <p class="empty">{texts.say("join_list_empty")}</p>
      )}
    </Modal>
  );
}

/** The maximum number of people in the list. */
const MOST = 8;

/** Draws the dialog that opens a conversation with a person. The person may be offline. */
export function NewConversation() {
  const page = usePage();
  const texts = useTexts();
  const [typed, setTyped] = useState("");
  const people = useApp((app) => app.people);
  const me = useApp((app) => app.me?.key);
  const all = [...people.values()].filter(({ key }) => key !== me)
    .sort((a, b) => Number(b.online) - Number(a.online) || texts.compare(a.name, b.name));
  const talk = (name: string) => {
    page.ui.dialog.value = undefined;
    if (name.trim() !== "") page.dispatch({ type: "talk_to", name: name.trim() });
  };
  return (
    <Modal title={texts.say("private_title")}>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          talk(typed);
        }}
      >
        <Field
          label={texts.say("private_name")}
          value={typed}
          onValue={setTyped}
          maxLength={128}
          autocomplete="off"
          autofocus
        />
        <button type="submit" class="primary" disabled={typed.trim() === ""}>
          {texts.say("private_do")}
        </button>
      </form>
      <ul class="directory">
        {matching(all, typed, ({ name }) => name).slice(0, MOST).map(({ key, name, online }) => (
          <li key={key}>
            <button
              type="button"
              class="directory-person"
              onClick={() =>
                talk(name)}
            >
              <Avatar name={name} nameKey={key} /> <bdi>{name}</bdi>
              {!online && <small>{texts.say("state_offline")}</small>}
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
