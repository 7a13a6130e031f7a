// The whole page: sign-in, or conversations, log and people side by side.
import { Composer } from "./composer.tsx";
import { Dialogs } from "./dialogs.tsx";
import { Accessibility } from "./help.tsx";
import { Log } from "./log.tsx";
import { Notices } from "./notices.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { People } from "./people.tsx";
import { RoomHead, RoomsButton } from "./room_head.tsx";
import { Rooms } from "./rooms.tsx";
import { SearchPage } from "./search.tsx";
import { Settings } from "./settings.tsx";
import { SignIn } from "./sign_in.tsx";
import { Strip } from "./strip.tsx";
import { Mark, Top, UserMenu } from "./top.tsx";

/** The page. */
export function AppView() {
  const texts = useTexts();
  const phase = useApp((app) => app.phase);
  if (phase === "out") {
    return (
      <>
        <SignIn />
        <Notices />
      </>
    );
  }
  if (phase === "starting") {
    return (
      <main class="splash">
        <Mark />
        <p role="status">{texts.say("loading")}</p>
        <Strip />
      </main>
    );
  }
  return <Frame />;
}

function Frame() {
  const { ui, focus } = usePage();
  const texts = useTexts();
  const room = useApp((app) => app.route.at === "room" ? app.rooms.get(app.route.room) : undefined);
  const panel = ui.panel.value;
  const hasPeople = room?.kind === "channel";
  return (
    <>
      <a class="skip" href="#" onClick={(event) => skip(event, () => focus("log"))}>
        {texts.say("skip_to_log")}
      </a>
      <a class="skip" href="#" onClick={(event) => skip(event, () => focus("composer"))}>
        {texts.say("skip_to_composer")}
      </a>
      <div
        class={`app ${hasPeople ? "with-people" : ""} ${
          panel === undefined ? "" : `show-${panel}`
        }`}
      >
        <Top />
        <Rooms />
        <main class="talk" inert={panel !== undefined}>
          <Place />
        </main>
        {hasPeople && <People room={room} />}
        {panel !== undefined && (
          <button
            type="button"
            class="shade"
            aria-label={texts.say("close")}
            onClick={() => ui.panel.value = undefined}
          />
        )}
      </div>
      <Notices />
      <Dialogs />
    </>
  );
}

function skip(event: Event, go: () => void): void {
  event.preventDefault();
  go();
}

/** What the middle of the page shows. */
function Place() {
  const at = useApp((app) => app.route.at);
  const room = useApp((app) => app.route.at === "room" ? app.rooms.get(app.route.room) : undefined);
  if (at === "search") return <SearchPage key="search" />;
  if (at === "settings") return <Settings key="settings" />;
  if (at === "accessibility") return <Accessibility key="accessibility" />;
  if (room === undefined) {
    return (
      <header class="room-head">
        <RoomsButton />
        <UserMenu />
      </header>
    );
  }
  return (
    <>
      <RoomHead room={room} />
      <Log room={room} />
      <Strip />
      <Composer key={room.key} room={room} />
    </>
  );
}
