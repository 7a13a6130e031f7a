// The card of a person: name and state, a private message, and the actions of staff.
import { nameKey } from "../model/keys.ts";
import { mayActOn } from "../model/permissions.ts";
import type { Person, RoomKey } from "../model/state.ts";
import { Avatar } from "./avatar.tsx";
import { Modal } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { ModeratePerson } from "./moderate.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { stateWords } from "./people.tsx";
import { StateDot } from "./room_head.tsx";

/** Draws the card of the person with a name. */
export function PersonCard(
  { name, room }: { readonly name: string; readonly room: RoomKey | undefined },
) {
  const page = usePage();
  const texts = useTexts();
  const key = nameKey(name);
  const known = useApp((app) => app.people.get(key), [key]);
  const me = useApp((app) => app.me);
  const shown = useApp((app) =>
    app.route.at === "room" ? app.rooms.get(app.route.room) : undefined
  );
  const person: Person = known ??
    { key, name, role: "guest", online: false, state: "", mutedUntil: undefined };
  const close = () => page.ui.dialog.value = undefined;
  const mention = () => {
    if (shown === undefined) return;
    const space = shown.draft === "" || /\s$/.test(shown.draft) ? "" : " ";
    page.dispatch({
      type: "draft",
      room: shown.key,
      text: `${shown.draft}${space}@${person.name} `,
    });
    close();
    page.focus("composer");
  };
  const talk = () => {
    close();
    page.ui.panel.value = undefined;
    page.dispatch({ type: "talk_to", name: person.name });
  };
  const mine = key === me?.key;
  const muted = person.mutedUntil !== undefined && person.mutedUntil > page.now();
  return (
    <Modal title={person.name}>
      <div class="card-head">
        <Avatar name={person.name} nameKey={key} />
        <p>
          <StateDot online={person.online} state={person.state} />{" "}
          {person.online ? stateWords(texts, person.state) : texts.say("state_offline")}
          {known !== undefined && ` · ${texts.say(`role_${person.role}`)}`}
          {mine && ` · ${texts.say("person_you")}`}
        </p>
        {muted && (
          <p class="muted">
            <Icon name="mute" /> {person.mutedUntil === Infinity
              ? texts.say("state_muted")
              : texts.say("state_muted_until", {
                time: texts.moment(person.mutedUntil!, page.now()),
              })}
          </p>
        )}
      </div>
      {!mine && (
        <div class="buttons">
          <button type="button" class="primary" onClick={talk}>
            <Icon name="mail" /> {texts.say("person_message")}
          </button>
          {shown !== undefined && (
            <button type="button" onClick={mention}>
              <Icon name="at" /> {texts.say("person_mention")}
            </button>
          )}
        </div>
      )}
      {mayActOn(me, person) && (
        <ModeratePerson person={person} muted={muted} room={room ?? shown?.key} onDone={close} />
      )}
    </Modal>
  );
}
