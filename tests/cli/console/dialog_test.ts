// Tests of the console: what it shows at any size, and what each key does.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClientRow, ServerStats } from "../../../lib/protocol/replies/operator.ts";
import { chooseLanguage } from "../../../lib/chat/texts/catalogue.ts";
import { KeyDecoder } from "../../../lib/cli/console/keys.ts";
import { SMALLEST } from "../../../lib/cli/console/layout.ts";
import { type Effect, press } from "../../../lib/cli/console/press.ts";
import { render } from "../../../lib/cli/console/render.ts";
import {
  type ConsoleState,
  initialState,
  withEvent,
  withList,
  withNotice,
  withStats,
} from "../../../lib/cli/console/state.ts";
import { CONSOLE_TEXTS } from "../../../lib/cli/console/texts/languages.ts";
import { textOf, widthOf } from "../../../lib/cli/console/style.ts";
import { columns } from "../../../lib/cli/terminal/text.ts";

const texts = CONSOLE_TEXTS.en;
const rates = { "10s": 1.5, "60s": 1 };
const stats: ServerStats = {
  version: "0.1.0",
  pid: 1,
  started_at: "2026-11-22T06:20:00.000Z",
  uptime: 3_725,
  connections: 3,
  users: { guest: 2, member: 1 },
  messages: { global: 1, private: 2 },
  deliveries: 3,
  rates: { connections: rates, messages: rates, deliveries: rates, refused: rates },
  lag_ms: 4,
  memory: { rss: 80 * 2 ** 20, heap_used: 2 ** 20 },
  outbox_bytes: 0,
  database_bytes: 4096,
  passwords_waiting: 0,
  logins: { ok: 0, failed: 0, throttled: 0, busy: 0, banned: 0 },
  registrations: 0,
  bans: 0,
};

function client(conn: number, user?: string): ClientRow {
  return {
    conn,
    ...(user === undefined ? {} : { user }),
    role: user === undefined ? "unjoined" : "guest",
    state: "online",
    address: "10.0.0.5",
    port: 51234,
    since: "2026-11-22T06:20:00.000Z",
    idle: 61,
    queued: 0,
  };
}

function known(...clients: ClientRow[]): ConsoleState {
  return withList(withStats(initialState(), stats), "clients", {
    rows: clients,
    total: clients.length,
  });
}

function shown(state: ConsoleState, screen = { columns: 80, rows: 24 }): string[] {
  return render(state, screen, texts).map((line) => textOf(line).trimEnd());
}

const joined = {
  type: "event",
  event: "joined",
  at: "2026-11-22T06:20:00.000Z",
  conn: 2,
  user: "lea",
  kind: "guest",
  address: "10.0.0.5",
  port: 51234,
};

/** Types on the keyboard. Returns the last state and all effects. */
function type(state: ConsoleState, keys: string): { state: ConsoleState; effects: Effect[] } {
  const effects: Effect[] = [];
  const decoder = new KeyDecoder();
  for (const key of [...decoder.feed(keys), ...decoder.flush()]) {
    const pressed = press(state, key, { texts, lines: 10, password: () => "generated" });
    state = pressed.state;
    if (pressed.effect !== undefined) effects.push(pressed.effect);
  }
  return { state, effects };
}

Deno.test("the page shows figures, connections and the latest events", () => {
  const state = withEvent(known(client(1, "lea"), client(2, "王小明")), joined);
  const lines = shown(state);
  assert.match(lines[0]!, /^ ClassCord 0\.1\.0 +up 1h 2m$/);
  assert.match(lines[1]!, /Connections 3 {3}1 member {3}2 guests {3}Messages 1\.5\/s/);
  assert.match(lines[2]!, /Lag 4 ms {3}Refused 1\.5\/s {3}Memory 80 MiB/);
  assert.match(lines[3]!, /^── Connections ── 2 ─+$/);
  assert.match(lines[4]!, /CONN +USER +ROLE +ADDRESS +STATE +IDLE$/);
  assert.match(lines[5]!, /^> +1 +lea +guest +10\.0\.0\.5:51234 +online/);
  assert.match(lines[6]!, /^ +2 +王小明 +guest/);
  assert.match(lines[8]!, /^── Latest events ─+$/);
  assert.match(lines[9]!, /\d\d:20:00 {2}lea joined as a guest +10\.0\.0\.5:51234$/);
  assert.match(lines.at(-1)!, /^ k kick .* \? help {2}q quit$/);
});

Deno.test("columns are aligned even if names are wide or have marks", () => {
  const names = ["lea", "王小明", "e\u0301ric", "x".repeat(32)];
  const rows = shown(known(...names.map((name, at) => client(at + 1, name)))).slice(5, 9);
  const places = rows.map((row) => columns(row.slice(0, row.indexOf("guest"))));
  assert.deepEqual(new Set(places).size, 1, rows.join("\n"));
});

Deno.test("for any names and any size, every line fits and there are as many lines as rows", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 60 });
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 200 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 30 }), size, anyText, (names, screen, text) => {
      const clients = names.map((name, at) => client(at + 1, name));
      const hostile = { ...joined, user: text, kind: text, event: names[0] ?? "left" };
      const base = withEvent(withEvent(withNotice(known(...clients), text), joined), hostile);
      const asking = type({ ...base, notice: undefined }, `/${text}`).state;
      for (const state of [base, asking, { ...base, notice: undefined, help: true }]) {
        for (const language of ["en", "fr"] as const) {
          const lines = render(state, screen, CONSOLE_TEXTS[language]);
          assert.equal(lines.length, screen.rows);
          for (const line of lines) {
            assert.ok(widthOf(line) <= screen.columns, JSON.stringify(line));
            assert.doesNotMatch(textOf(line), /[\p{Cc}\p{Cf}]/u);
          }
        }
      }
    }),
  );
});

Deno.test("a terminal that is too small says so", () => {
  const [first] = shown(known(), { columns: SMALLEST.columns - 1, rows: 24 });
  assert.match(first!, /Too small: 60×12/);
});

Deno.test("the arrows select, the table pages, and when a user leaves the next one is selected", () => {
  const clients = Array.from({ length: 50 }, (_, at) => client(at + 1, `user${at + 1}`));
  let { state } = type(known(...clients), "\x1b[B\x1b[Bj");
  assert.equal(state.selected.clients, "4");
  state = type(state, "\x1b[6~").state;
  assert.equal(state.selected.clients, "14");
  state = type(state, "\x1b[F").state;
  assert.equal(state.selected.clients, "50");
  const rows = render(state, { columns: 80, rows: 24 }, texts);
  assert.match(
    textOf(rows.find((line) => line.some(({ style }) => style === "chosen"))!),
    /user50/,
  );
  state = withList(state, "clients", { rows: clients.slice(0, 49), total: 49 });
  assert.equal(state.selected.clients, "49");
  state = withList(state, "clients", { rows: [], total: 0 });
  assert.equal(type(state, "\x1b[A").state.selected.clients, undefined);
});

Deno.test("k asks for a reason and a confirmation, then kicks the selected user", () => {
  const { state, effects } = type(known(client(1, "lea"), client(2, "bob")), "\x1b[Bktoo loud\r");
  assert.deepEqual(effects, []);
  assert.match(shown(state).at(-1)!, /Kick bob\? \(y\/n\)/);
  assert.deepEqual(type(state, "y").effects, [{
    kind: "request",
    request: { type: "kick", user: "bob", reason: "too loud" },
    action: "kick",
    subject: "bob",
  }]);
  for (const no of ["n", "\x1b", "x"]) {
    const refused = type(state, no);
    assert.deepEqual(refused.effects, []);
    assert.equal(refused.state.dialog, undefined);
  }
});

Deno.test("each action sends its request", () => {
  const state = known(client(1, "lea"));
  const requests = (keys: string) =>
    type(state, keys).effects.map((effect) => effect.kind === "request" ? effect.request : effect);
  assert.deepEqual(requests("m\r\ry"), [{ type: "mute", user: "lea", seconds: 600 }]);
  assert.deepEqual(requests("m\x15" + "2h\rspam\ry"), [
    { type: "mute", user: "lea", seconds: 7200, reason: "spam" },
  ]);
  assert.deepEqual(requests("b\r\ry"), [{ type: "ban", user: "lea", seconds: 0 }]);
  assert.deepEqual(requests("b1d\rno\ry"), [
    { type: "ban", user: "lea", seconds: 86_400, reason: "no" },
  ]);
  assert.deepEqual(requests("d\ry"), [{ type: "disconnect", conn: 1 }]);
  assert.deepEqual(requests("aÀ tous\ry"), [{ type: "announce", content: "À tous" }]);
  assert.deepEqual(requests("ry"), [{ type: "reload" }]);
  assert.deepEqual(requests("q"), [{ kind: "quit" }]);
  assert.deepEqual(requests("\x03"), [{ kind: "quit" }]);
  assert.deepEqual(requests("k\x03"), [{ kind: "quit" }]);
});

Deno.test("an invalid duration, an empty announcement and a missing selection send nothing", () => {
  const state = known(client(1, "lea"));
  const wrong = type(state, "bsoon\r");
  assert.match(shown(wrong.state).at(-1)!, /Expected a duration/);
  assert.equal(wrong.state.dialog?.questions[0], "for");
  assert.equal(type(state, "a \r").state.dialog?.questions[0], "content");
  assert.match(shown(type(known(), "k").state).at(-1)!, /No connection is selected/);
  assert.match(shown(type(known(client(1)), "k").state).at(-1)!, /No connection is selected/);
  assert.deepEqual(type(known(client(1)), "d\ry").effects.length, 1, "a connection can be closed");
});

Deno.test("a filter is asked for, shown, and removed with Escape", () => {
  const { state, effects } = type(known(client(1, "lea")), "/léx\x7f\r");
  assert.deepEqual(effects, [{ kind: "refresh" }]);
  assert.equal(state.filter, "lé");
  assert.ok(shown(state).some((line) => line.includes("filter: lé")));
  assert.equal(type(state, "\x1b").state.filter, "");
});

Deno.test("? opens the help and any key closes it", () => {
  const { state } = type(known(client(1, "lea")), "?");
  assert.ok(shown(state).some((line) => line.includes("ban the name")));
  const back = type(state, "k");
  assert.deepEqual([back.state.help, back.state.dialog], [false, undefined]);
});

Deno.test("the last line keeps the keys for help and quit, in any language and width", () => {
  for (const language of ["en", "fr"] as const) {
    for (let width = SMALLEST.columns; width <= 200; width++) {
      const lines = render(known(), { columns: width, rows: 24 }, CONSOLE_TEXTS[language]);
      const last = textOf(lines.at(-1)!);
      assert.match(last, /^ k \S+ .*\? (help|aide) {2}q (quit|quitter)$/, last);
    }
    const all = textOf(
      render(known(), { columns: 120, rows: 24 }, CONSOLE_TEXTS[language]).at(-1)!,
    );
    for (const key of [..."kmbdar/?q", "Tab"]) assert.ok(all.includes(` ${key} `), all);
  }
});

Deno.test("a question shows its possible answers even with a long name", () => {
  const long = known(client(1, "x".repeat(64)));
  for (const language of ["en", "fr"] as const) {
    for (const action of "kbmd") {
      const { state } = type(long, `${action}\r\r`);
      const asked = action === "k" || action === "d" ? type(long, `${action}\r`).state : state;
      const lines = render(asked, { columns: 60, rows: 12 }, CONSOLE_TEXTS[language]);
      assert.match(textOf(lines.at(-1)!), /x… ?\? \([yo]\/n\) *$/);
    }
  }
});

Deno.test("plurals follow the language: 1 member, 0 membre, 2 membres", () => {
  const { en, fr } = CONSOLE_TEXTS;
  assert.deepEqual([0, 1, 2].map(en.members), ["0 members", "1 member", "2 members"]);
  assert.deepEqual([0, 1, 2].map(fr.members), ["0 membre", "1 membre", "2 membres"]);
  assert.deepEqual([0, 1, 2].map(en.bans), ["0 bans", "1 ban", "2 bans"]);
  assert.deepEqual([0, 1, 2].map(fr.guests), ["0 invité", "1 invité", "2 invités"]);
  assert.equal(fr.rate(1.5), "1,5/s");
  assert.equal(fr.size(1_600), "1,6 Kio");
  assert.equal(fr.span(200_000), "2j 7h");
});

Deno.test("the heading of the connections shows their number and the filter", () => {
  const many = withList(withStats(initialState(), stats), "clients", {
    rows: [client(1)],
    total: 9,
  });
  const heading = (state: ConsoleState) => shown(state)[3]!;
  assert.match(heading(many), /^── Connections ── 1 of 9 ─/);
  assert.match(heading({ ...many, filter: "lea" }), /^── Connections ── 1 of 9 · filter: lea ─/);
  const nobody = { ...known(), filter: "lea" };
  assert.ok(shown(nobody).some((line) => line.includes("Nothing matches the filter")));
});

Deno.test("every line of the terminal is used: events get what the connections leave", () => {
  let state = known(client(1, "lea"));
  for (let n = 0; n < 300; n++) state = withEvent(state, { ...joined, user: `user${n}` });
  const events = (columns: number, rows: number, from = state) =>
    shown(from, { columns, rows }).filter((line) => line.includes("joined")).length;
  assert.equal(events(80, 24), 14);
  assert.equal(events(120, 50), 40);
  assert.equal(events(200, 50), 45, "beside the connections");
  const crowd = Array.from({ length: 99 }, (_, at) => client(at + 1, `guest${at}`));
  const full = withList(state, "clients", { rows: crowd, total: crowd.length });
  assert.equal(events(80, 24, full), 5);
  assert.equal(events(120, 50, full), 14);
  const guests = (rows: number) =>
    shown(full, { columns: 120, rows }).filter((line) => line.includes("online")).length;
  assert.equal(guests(50), 29);
  assert.equal(guests(24), 12);
});

Deno.test("the console uses French on a French terminal, for roles, states and events too", () => {
  assert.equal(chooseLanguage("auto", { LANG: "fr_FR.UTF-8" }), "fr");
  assert.equal(chooseLanguage("auto", { LANG: "fr_FR.UTF-8", LC_ALL: "C" }), "en");
  assert.equal(chooseLanguage("auto", {}), "en");
  const away = { ...client(1, "léa"), role: "moderator" as const, state: "away" };
  const busy = { ...client(2, "tom"), state: "do not disturb" };
  const free = { ...client(3, "ève"), state: "en récré" };
  // A newer server may have roles that this console does not know.
  const odd = { ...client(4, "noé"), state: "constructor", role: "__proto__" as "guest" };
  const moderated = { type: "event", event: "moderated", at: joined.at, action: "kick" };
  const state = [
    joined,
    { ...joined, event: "login", result: "failed" },
    { ...moderated, by: "operator:prof", target: "tom", reason: "trop de bruit" },
  ].reduce(withEvent, known(away, busy, free, odd));
  const french = render(state, { columns: 120, rows: 30 }, CONSOLE_TEXTS.fr).map(textOf).join("\n");
  assert.match(french, /Connexions 3 +1 membre +2 invités +Messages 1,5\/s/);
  assert.match(french, /léa +modérateur .* absent /);
  assert.match(french, /tom +invité .* occupé /);
  assert.match(french, /ève +invité .* en récré /, "what is no known state is shown as it is");
  assert.match(french, /noé +__proto__ .* constructor /);
  assert.match(french, /lea est entré \(invité\)/);
  assert.match(french, /lea n'a pas réussi à s'identifier/);
  assert.match(french, /operator:prof a exclu tom : trop de bruit/);
});
