// The class panel of staff: the tools of a lesson, raised hands, reports, and who of the class is here.
import { useEffect } from "preact/hooks";
import { ClassPeople } from "./class_people.tsx";
import { ClassTools } from "./class_tools.tsx";
import { Icon, IconButton } from "./icons.tsx";
import { currentRoom, useApp, usePage, useTexts } from "./page.ts";
import { ago, useNow } from "./useful.ts";

/** How often waiting times are drawn again, in milliseconds. */
const REDRAW = 10_000;

/** Draws the panel. While it is on the page, the model keeps the list of the class up to date. */
export function ClassPanel() {
  const page = usePage();
  const texts = useTexts();
  const room = useApp(currentRoom);
  useEffect(() => {
    page.dispatch({ type: "watch_class", on: true });
    return () => page.dispatch({ type: "watch_class", on: false });
  }, []);
  return (
    <aside
      class="people class-panel"
      aria-label={texts.say("class_panel")}
      data-region="people"
    >
      <div class="panel-head">
        <h2>{texts.say("tools")}</h2>
        <IconButton
          name="close"
          class="panel-close"
          label={texts.say("close")}
          onClick={() => page.ui.panel.value = undefined}
        />
      </div>
      {room?.kind === "channel" && <ClassTools room={room} />}
      <Hands />
      <Reports />
      <ClassPeople room={room} />
    </aside>
  );
}

/** Draws the raised hands in their order. */
function Hands() {
  const page = usePage();
  const texts = useTexts();
  const hands = useApp(({ lesson }) => lesson.hands);
  const now = useNow(page.now, REDRAW);
  if (hands.length === 0) return null;
  return (
    <section class="hands" aria-label={texts.say("hands_title")}>
      <header>
        <h3>
          {texts.say("hands_title")} <span class="amount">{hands.length}</span>
        </h3>
        <button
          type="button"
          class="quiet small"
          onClick={() =>
            page.dispatch({ type: "act", act: { kind: "hand", up: false, all: true } })}
        >
          {texts.say("hands_lower_all")}
        </button>
      </header>
      <ol>
        {hands.map(({ key, name, place, since }) => (
          <li key={key}>
            <button
              type="button"
              class="person"
              onClick={() => page.ui.dialog.value = { kind: "person", name }}
            >
              <span class="place">{place}</span>
              <span class="name">
                <bdi>{name}</bdi>
              </span>
              <small>{ago(texts, since, now)}</small>
            </button>
            <IconButton
              name="check"
              label={texts.say("hands_lower", { name })}
              onClick={() =>
                page.dispatch({ type: "act", act: { kind: "hand", up: false, user: name } })}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Draws the reports of messages. */
function Reports() {
  const page = usePage();
  const texts = useTexts();
  const reports = useApp(({ lesson }) => lesson.reports);
  const rooms = useApp((app) => app.rooms);
  if (reports.length === 0) return null;
  return (
    <section class="reports" aria-label={texts.say("reports_title")}>
      <h3>
        {texts.say("reports_title")} <span class="amount">{reports.length}</span>
      </h3>
      <ul>
        {reports.map(({ at, by, from, id, key, reason, room, roomName }) => (
          <li key={key}>
            <p>
              <Icon name="flag" /> {room === undefined
                ? texts.say("reports_line", { by, from })
                : texts.say("reports_line_room", { by, from, room: roomName })}{" "}
              <time>{texts.time(at)}</time>
            </p>
            {reason !== "" && <p class="reason" dir="auto">{reason}</p>}
            {room === undefined && <p class="hint">{texts.say("reports_private")}</p>}
            <div class="buttons">
              {room !== undefined && rooms.has(room) && (
                <button
                  type="button"
                  class="small"
                  onClick={() => {
                    page.ui.panel.value = undefined;
                    page.dispatch({ type: "jump", room, id });
                  }}
                >
                  {texts.say("reports_show")}
                </button>
              )}
              <button
                type="button"
                class="small"
                onClick={() => page.dispatch({ type: "dismiss_report", key })}
              >
                <Icon name="check" /> {texts.say("reports_done")}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
