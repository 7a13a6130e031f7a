// Tests of the console: what it shows of what it knows, at any size, and what each key does.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ServerStats } from "../../lib/chat/operations.ts";
import { chooseLanguage } from "../../lib/chat/texts/catalogue.ts";
import type { ClientRow } from "../../lib/cli/admin/clients.ts";
import { parseKeys } from "../../lib/cli/console/keys.ts";
import { type Effect, press } from "../../lib/cli/console/press.ts";
import { render, SMALLEST } from "../../lib/cli/console/render.ts";
import {
  type ConsoleState,
  initialState,
  withClients,
  withEvent,
  withNotice,
  withStats,
} from "../../lib/cli/console/state.ts";
import { CONSOLE_TEXTS } from "../../lib/cli/console/texts.ts";
import { columns } from "../../lib/cli/terminal/text.ts";

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
  return withClients(withStats(initialState(), stats), { clients, total: clients.length });
}

function shown(state: ConsoleState, screen = { columns: 80, rows: 24 }): string[] {
  return render(state, screen, texts).map(({ text }) => text.trimEnd());
}

/** Types on the keyboard; returns the last state and all that is to be done. */
function type(state: ConsoleState, keys: string): { state: ConsoleState; effects: Effect[] } {
  const effects: Effect[] = [];
  for (const key of parseKeys(keys)) {
    const pressed = press(state, key, { texts, page: 10 });
    state = pressed.state;
    if (pressed.effect !== undefined) effects.push(pressed.effect);
  }
  return { state, effects };
}

Deno.test("the page shows figures, who is connected and the latest events", () => {
  const state = withEvent(known(client(1, "lea"), client(2, "王小明")), "12:00:00 joined lea");
  const lines = shown(state);
  assert.match(lines[0]!, /^ ClassCord 0\.1\.0 +up 1h 2m$/);
  assert.match(lines[1]!, /Connections 3 {3}1 members {3}2 guests {3}Messages 1\.5\/s/);
  assert.match(lines[2]!, /Lag 4 ms {3}Memory 80 MiB/);
  assert.match(lines[3]!, /CONN +USER +ROLE +ADDRESS/);
  assert.match(lines[4]!, / 1 +lea +guest +10\.0\.0\.5:51234 +online/);
  assert.match(lines[5]!, / 2 +王小明 +guest/);
  assert.ok(lines.includes(" 12:00:00 joined lea"));
  assert.match(lines.at(-1)!, /k kick/);
});

Deno.test("columns stand under each other though names are wide or have marks", () => {
  const names = ["lea", "王小明", "e\u0301ric", "x".repeat(32)];
  const rows = shown(known(...names.map((name, at) => client(at + 1, name)))).slice(4, 8);
  const places = rows.map((row) => columns(row.slice(0, row.indexOf("guest"))));
  assert.deepEqual(new Set(places).size, 1, rows.join("\n"));
});

Deno.test("whatever the names and the size, each line fits and there are as many as rows", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 60 });
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 200 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 30 }), size, anyText, (names, screen, text) => {
      const clients = names.map((name, at) => client(at + 1, name));
      const base = withEvent(withNotice(known(...clients), text), "event");
      const asking = type({ ...base, notice: undefined }, `/${text}`).state;
      for (const state of [base, asking, { ...base, notice: undefined, help: true }]) {
        const lines = render(state, screen, texts);
        assert.equal(lines.length, screen.rows);
        for (const line of lines) {
          assert.ok(columns(line.text) <= screen.columns, JSON.stringify(line));
          assert.doesNotMatch(line.text, /[\p{Cc}\p{Cf}]/u);
        }
      }
    }),
  );
});

Deno.test("a terminal that is too small says so", () => {
  const [first] = shown(known(), { columns: SMALLEST.columns - 1, rows: 24 });
  assert.match(first!, /Too small: 60×12/);
});

Deno.test("the arrows choose, the table turns its pages, and who leaves hands on to the next", () => {
  const clients = Array.from({ length: 50 }, (_, at) => client(at + 1, `user${at + 1}`));
  let { state } = type(known(...clients), "\x1b[B\x1b[Bj");
  assert.equal(state.selected, 4);
  state = type(state, "\x1b[6~").state;
  assert.equal(state.selected, 14);
  state = type(state, "\x1b[F").state;
  assert.equal(state.selected, 50);
  const rows = render(state, { columns: 80, rows: 24 }, texts);
  assert.match(rows.find(({ style }) => style === "chosen")!.text, /user50/);
  state = withClients(state, { clients: clients.slice(0, 49), total: 49 });
  assert.equal(state.selected, 49);
  state = withClients(state, { clients: [], total: 0 });
  assert.equal(type(state, "\x1b[A").state.selected, undefined);
});

Deno.test("k asks for a reason and whether it is meant, then kicks the chosen user", () => {
  const { state, effects } = type(known(client(1, "lea"), client(2, "bob")), "\x1b[Bktoo loud\r");
  assert.deepEqual(effects, []);
  assert.match(shown(state).at(-1)!, /Kick bob\? \(y\/n\)/);
  assert.deepEqual(type(state, "y").effects, [{
    kind: "request",
    request: { type: "kick", user: "bob", reason: "too loud" },
    done: "Kicked bob.",
  }]);
  for (const no of ["n", "\x1b", "x"]) {
    const refused = type(state, no);
    assert.deepEqual(refused.effects, []);
    assert.equal(refused.state.dialog, undefined);
  }
});

Deno.test("each action makes its request", () => {
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

Deno.test("a wrong duration, an empty announcement and nobody chosen go no further", () => {
  const state = known(client(1, "lea"));
  const wrong = type(state, "bsoon\r");
  assert.match(shown(wrong.state).at(-1)!, /Expected a duration/);
  assert.equal(wrong.state.dialog?.questions[0], "for");
  assert.equal(type(state, "a \r").state.dialog?.questions[0], "content");
  assert.match(shown(type(known(), "k").state).at(-1)!, /Nobody is selected/);
  assert.match(shown(type(known(client(1)), "k").state).at(-1)!, /Nobody is selected/);
  assert.deepEqual(type(known(client(1)), "d\ry").effects.length, 1, "a connection can be closed");
});

Deno.test("a filter is asked for, shown, and taken back with Escape", () => {
  const { state, effects } = type(known(client(1, "lea")), "/léx\x7f\r");
  assert.deepEqual(effects, [{ kind: "refresh" }]);
  assert.equal(state.filter, "lé");
  assert.ok(shown(state).some((line) => line.includes("filter: lé")));
  assert.equal(type(state, "\x1b").state.filter, "");
});

Deno.test("help comes with ? and goes with any key", () => {
  const { state } = type(known(client(1, "lea")), "?");
  assert.ok(shown(state).some((line) => line.includes("ban the name")));
  const back = type(state, "k");
  assert.deepEqual([back.state.help, back.state.dialog], [false, undefined]);
});

Deno.test("keys that mean nothing are left out, whatever the terminal sends", () => {
  assert.deepEqual(parseKeys("\x1b[A\x1b[1;5C\x1bOBx\x1b"), [
    { name: "up" },
    { name: "down" },
    { name: "character", character: "x" },
    { name: "escape" },
  ]);
  assert.deepEqual(parseKeys("é😀\x01"), [
    { name: "character", character: "é" },
    { name: "character", character: "😀" },
  ]);
});

Deno.test("the console speaks French where the terminal does", () => {
  assert.equal(chooseLanguage("auto", { LANG: "fr_FR.UTF-8" }), "fr");
  assert.equal(chooseLanguage("auto", { LANG: "fr_FR.UTF-8", LC_ALL: "C" }), "en");
  assert.equal(chooseLanguage("auto", {}), "en");
  const french = render(known(), { columns: 80, rows: 24 }, CONSOLE_TEXTS.fr);
  assert.match(french[1]!.text, /Connexions 3/);
});
