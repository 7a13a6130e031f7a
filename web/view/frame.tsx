// The page of a user who is signed in: conversations, log and people side by side.
import { useEffect } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { listenToKeys } from "./keys.ts";
import { LessonPart } from "./lesson_part.tsx";
import { Log } from "./log.tsx";
import { Notices } from "./notices.tsx";
import { isAdmin, isStaff } from "../model/permissions.ts";
import { useApp, usePage, useTexts } from "./page.ts";
import { People } from "./people.tsx";
import { RoomHead, RoomsButton } from "./room_head.tsx";
import { focusRegion } from "./regions.ts";
import { Rooms } from "./rooms.tsx";
import { Strip } from "./strip.tsx";
import { Top, UserMenu } from "./top.tsx";
import { Welcome } from "./welcome.tsx";

/** Draws the frame of the page. */
export function Frame() {
  const page = usePage();
  const { ui, focus } = page;
  useEffect(() => listenToKeys(page), []);
  const texts = useTexts();
  const room = useApp((app) => app.route.at === "room" ? app.rooms.get(app.route.room) : undefined);
  const panel = ui.panel.value;
  useEffect(() => {
    if (panel !== undefined) focusRegion(panel);
  }, [panel]);
  const staff = useApp(({ me }) => isStaff(me));
  const hasPeople = room?.kind === "channel";
  const dialog = ui.dialog.value?.kind;
  const isLesson = dialog === "export" || dialog === "attendance";
  return (
    <>
      <nav aria-label={texts.say("skip")}>
        <a class="skip" href="#" onClick={(event) => skip(event, () => focus("log"))}>
          {texts.say("skip_to_log")}
        </a>
        <a class="skip" href="#" onClick={(event) => skip(event, () => focus("composer"))}>
          {texts.say("skip_to_composer")}
        </a>
      </nav>
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
        {hasPeople && (staff ? <LessonPart name="ClassPanel" /> : <People room={room} />)}
        {ui.inspector.value && <LessonPart name="Inspector" />}
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
      {dialog !== undefined && !isLesson && <Part name="Dialogs" />}
      {isLesson && <LessonPart name="LessonDialogs" />}
    </>
  );
}

function skip(event: Event, go: () => void): void {
  event.preventDefault();
  go();
}

/** Draws a part that is loaded when it is first opened. */
function Part(
  { name }: { readonly name: "Dialogs" | "SearchPage" | "Settings" | "Accessibility" },
) {
  const page = usePage();
  useEffect(page.loadLater, []);
  const Loaded = page.later.value?.[name];
  return Loaded === undefined ? null : <Loaded />;
}

/** Draws the administration once it is loaded. Only admins load it. */
function AdminSection() {
  const { admin, loadAdmin } = usePage();
  const isAllowed = useApp(({ me }) => isAdmin(me));
  useEffect(() => {
    if (isAllowed) loadAdmin();
  }, [isAllowed]);
  const Admin = admin.value?.Admin;
  return isAllowed && Admin !== undefined ? <Admin /> : null;
}

/** Draws the middle of the page, according to its address. */
function Place() {
  const at = useApp((app) => app.route.at);
  const room = useApp((app) => app.route.at === "room" ? app.rooms.get(app.route.room) : undefined);
  if (at === "search") return <Part key={at} name="SearchPage" />;
  if (at === "settings") return <Part key={at} name="Settings" />;
  if (at === "admin") return <AdminSection />;
  if (at === "protocol") return <LessonPart key={at} name="Manual" />;
  if (at === "accessibility") return <Part key={at} name="Accessibility" />;
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
      <Welcome />
      <Strip />
      <Composer key={room.key} room={room} />
    </>
  );
}
