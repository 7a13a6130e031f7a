// Applies the events of the user and of the view.
import { askClass, chooseClass, watchClass } from "./class_list.ts";
import { readDrafts, readOutbox, readPrefs, readSession } from "./kept.ts";
import { enter, keepPrefs, keepSession } from "./entering.ts";
import { discard, retry, say } from "./outbox.ts";
import { takeCode } from "./inviting.ts";
import { askDirectory } from "./overview.ts";
import { askMembers } from "./people.ts";
import { goTo, show, talkTo } from "./places.ts";
import { jump, read, toPresent } from "./reading.ts";
import { dismissReport } from "./reports.ts";
import { act, join, leaveRoom, manage, setState } from "./requests.ts";
import { askAttendance, endExport, readExport, startExport } from "./saving.ts";
import { sendTyped } from "./typed.ts";
import { searchMore } from "./searching.ts";
import type { Event, Prefs } from "./state.ts";
import { ask, change, changeRoom, command, shownRoom, type Step } from "./step.ts";
import { watch } from "./unread.ts";
import { textOf } from "./wire.ts";

/** An event that comes neither from the link nor from the clock. */
export type Intent = Exclude<Event, { type: "link" | "line" | "timer" }>;

/** Applies an event of the user or of the browser. */
export function intend(step: Step, event: Intent): void {
  const { app } = step;
  switch (event.type) {
    case "start":
      return start(step, event);
    case "attention":
      change(step, { attention: { visible: event.visible, focused: event.focused } });
      if (event.visible && !app.attention.visible) {
        askMembers(step);
        askClass(step);
      }
      return watch(step);
    case "reconnect":
      return command(step, { type: "connect" });
    case "enter_guest":
    case "sign_in":
    case "register":
      return enter(step, event);
    case "sign_out":
      return signOut(step, event.everywhere);
    case "invite":
      return takeCode(step, event.code);
    case "route":
      if (event.route.at === "invite") takeCode(step, event.route.code);
      return show(step, event.route);
    case "talk_to":
      return talkTo(step, event.name);
    case "jump": {
      const room = app.rooms.get(event.room);
      if (room === undefined) return;
      // A jump within the room that is shown adds no entry to the browser's history.
      if (shownRoom(app)?.key === room.key) return jump(step, room.key, event.id);
      return goTo(step, room, { id: event.id });
    }
    case "to_present":
      return toPresent(step, event.room);
    case "edge": {
      const window = app.rooms.get(event.room)?.window;
      if (event.side === "older" && window?.older) read(step, event.room, "older", window.first);
      if (event.side === "newer" && window?.newer) read(step, event.room, "newer", window.last);
      return;
    }
    case "on_screen":
      if (app.rooms.get(event.room)?.onScreen === event.id) return;
      changeRoom(step, event.room, { onScreen: event.id });
      return watch(step);
    case "draft":
      return changeRoom(step, event.room, { draft: event.text });
    case "reply_to":
      changeRoom(step, event.room, { replyTo: event.id });
      return command(step, { type: "focus", target: "composer" });
    case "say": {
      const room = app.rooms.get(event.room);
      if (room === undefined) return;
      say(step, room, event);
      return toPresent(step, room.key);
    }
    case "retry":
      return retry(step, event.cid);
    case "discard":
      return discard(step, event.cid, event.edit);
    case "join":
      return join(step, event.channel, event.tag);
    case "leave":
      return leaveRoom(step, event.room, event.tag);
    case "directory":
      return askDirectory(step);
    case "search": {
      const { query, channel } = event;
      command(step, { type: "navigate", route: { at: "search", query, channel }, replace: false });
      return show(step, { at: "search", query, channel });
    }
    case "search_more":
      return searchMore(step);
    case "set_state":
      return setState(step, event.state);
    case "act":
      return act(step, event.act, event.tag);
    case "manage":
      return manage(step, event.line, event.tag);
    case "forget": {
      const outcomes = new Map(app.outcomes);
      outcomes.delete(event.tag);
      return change(step, { outcomes });
    }
    case "dismiss":
      return change(step, { notices: app.notices.filter(({ key }) => key !== event.notice) });
    case "prefs":
      return choose(step, event.prefs);
    case "watch_class":
      return watchClass(step, event.on);
    case "choose_class":
      return chooseClass(step, event.name);
    case "dismiss_report":
      return dismissReport(step, event.key);
    case "export":
      return startExport(step, event.room, event.from);
    case "export_more":
      return readExport(step);
    case "export_end":
      return endExport(step);
    case "attendance":
      return askAttendance(step, event);
    case "send_text":
      return sendTyped(step, event.text);
  }
}

/** Applies what the browser has stored, after the page was opened or reloaded. */
function start(step: Step, { kept, route }: Extract<Event, { type: "start" }>): void {
  const session = readSession(kept.session, step.now);
  change(step, {
    self: { tab: kept.tab, client: kept.client },
    prefs: readPrefs(kept.prefs),
    session,
    drafts: new Map(readDrafts(kept.drafts)),
    outbox: readOutbox(kept.outbox, step.now),
    owner: textOf(kept.owner),
    route,
    phase: session === undefined ? "out" : "starting",
  });
  if (route.at === "invite") takeCode(step, route.code);
}

function signOut(step: Step, everywhere: boolean): void {
  const { link } = step.app;
  if (link.state !== "open" || !link.joined) return;
  ask(step, { for: "logout" }, { type: "logout", ...(everywhere ? { everywhere } : {}) });
}

/** Applies the user's choice of how the page looks, and of whether the user stays signed in. */
function choose(step: Step, changes: Partial<Prefs>): void {
  const { prefs: before, session } = step.app;
  keepPrefs(step, changes);
  const { stay } = step.app.prefs;
  if (stay !== before.stay && session !== undefined) keepSession(step, session, stay);
}
