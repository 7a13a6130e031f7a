// Tests of the console's pages of accounts, groups and invitations: what they show, and what each key sends.
import assert from "node:assert/strict";
import { KeyDecoder } from "../../../lib/cli/console/keys.ts";
import { CONSOLE_TEXTS } from "../../../lib/cli/console/texts/languages.ts";
import { SMALLEST } from "../../../lib/cli/console/layout.ts";
import { type Effect, press } from "../../../lib/cli/console/press.ts";
import { render } from "../../../lib/cli/console/render.ts";
import {
  type ConsoleState,
  initialState,
  withList,
  withPage,
} from "../../../lib/cli/console/state.ts";
import { textOf, widthOf } from "../../../lib/cli/console/style.ts";
import { PAGES } from "../../../lib/cli/console/page_names.ts";

const texts = CONSOLE_TEXTS.en;
const at = "2026-11-22T06:20:00.000Z";
const screen = { columns: 100, rows: 24 };

const filled: ConsoleState = [
  (state: ConsoleState) =>
    withList(state, "accounts", {
      rows: [
        { name: "ada", role: "admin", disabled: false, created_at: at, last_login_at: at },
        { name: "bob", role: "member", disabled: true, created_at: at },
        { name: "zoé", role: "member", disabled: false, created_at: at },
      ],
      total: 3,
    }),
  (state: ConsoleState) =>
    withList(state, "groups", {
      rows: [{ name: "2SLAM", class: true, members: 28 }, {
        name: "projet",
        class: false,
        members: 3,
      }],
      total: 2,
    }),
  (state: ConsoleState) =>
    withList(state, "invites", {
      rows: [{
        id: 7,
        code: "ABC-DEF-GHJ",
        link: "http://prof-pc:12345/j/ABCDEFGHJ",
        state: "open",
        channel: "#dev",
        register: true,
        uses: 30,
        used: 4,
        created_by: "ada",
        created_at: at,
        expires: at,
      }],
      total: 1,
    }),
].reduce((state, fill) => fill(state), initialState());

/** Types on the keyboard. Returns the last state and all effects. */
function type(state: ConsoleState, keys: string): { state: ConsoleState; effects: Effect[] } {
  const effects: Effect[] = [];
  const decoder = new KeyDecoder();
  for (const key of [...decoder.feed(keys), ...decoder.flush()]) {
    const pressed = press(state, key, { texts, lines: 10, password: () => "tari-bode-47" });
    state = pressed.state;
    if (pressed.effect !== undefined) effects.push(pressed.effect);
  }
  return { state, effects };
}

/** The requests that keys send, typed on a page. */
function requests(page: typeof PAGES[number], keys: string): unknown[] {
  return type(withPage(filled, page), keys).effects
    .flatMap((effect) => effect.kind === "request" ? effect.request : []);
}

function shown(state: ConsoleState): string {
  return render(state, screen, texts).map(textOf).join("\n");
}

Deno.test("a digit and Tab open the pages, and each page is read when it is opened", () => {
  const accounts = type(filled, "2");
  assert.deepEqual(accounts.effects, [{ kind: "refresh" }]);
  assert.match(shown(accounts.state), /── Accounts ── 3 ─[^]*ada +admin[^]*bob +member +disabled/);
  assert.match(shown(type(filled, "3").state), /── Groups ── 2 ─[^]*2SLAM +class +28/);
  assert.match(shown(type(filled, "4").state), /ABC-DEF-GHJ +open +4\/30/);
  const pages = PAGES.map((_, count) => type(filled, "\t".repeat(count)).state.page);
  assert.deepEqual(pages, PAGES);
  assert.equal(type(filled, "\t".repeat(PAGES.length)).state.page, PAGES[0]);
});

Deno.test("keys create, disable and change accounts, with a generated password where none is typed", () => {
  assert.deepEqual(requests("accounts", "aéva\r\r\ry"), [
    { type: "user_add", user: "éva", role: "member", password: "tari-bode-47" },
  ]);
  assert.deepEqual(requests("accounts", "aéva\r\x15moderator\r s p \ry"), [
    { type: "user_add", user: "éva", role: "moderator", password: " s p " },
  ]);
  assert.deepEqual(requests("accounts", "dy"), [{ type: "user_disable", user: "ada" }]);
  assert.deepEqual(requests("accounts", "jdy"), [{ type: "user_enable", user: "bob" }]);
  assert.deepEqual(requests("accounts", "p\ry"), [
    { type: "user_passwd", user: "ada", password: "tari-bode-47" },
  ]);
  assert.deepEqual(requests("accounts", "omember\ry"), [
    { type: "user_role", user: "ada", role: "member" },
  ]);
  assert.deepEqual(type(withPage(filled, "accounts"), "i2SLAM.csv\rslips.html\ry").effects, [
    { kind: "import", files: { file: "2SLAM.csv", sheet: "slips.html" } },
  ]);
  for (const keys of ["a\r", "i\r", "ix\r\r", "oking\r", "dn", "p\r\x1b"]) {
    assert.deepEqual(requests("accounts", keys), []);
  }
});

Deno.test("the result of an action has the password that was generated, and the question hides a typed one", () => {
  const [effect] = type(withPage(filled, "accounts"), "p\ry").effects;
  assert.ok(effect?.kind === "request");
  assert.equal(
    texts.done(effect.action, effect.subject, effect.password ?? ""),
    "Set the password of ada: tari-bode-47",
  );
  const typing = type(withPage(filled, "accounts"), "pgeheim").state;
  assert.match(shown(typing), /ada: Password .*: ••••••_/);
  assert.doesNotMatch(shown(typing), /geheim/);
});

Deno.test("keys change groups", () => {
  assert.deepEqual(requests("groups", "aprojet B\ry"), [{
    type: "group_create",
    group: "projet B",
  }]);
  assert.deepEqual(requests("groups", "+bob, zoé,\ry"), [
    { type: "group_add", group: "2SLAM", users: ["bob", "zoé"] },
  ]);
  assert.deepEqual(requests("groups", "j-bob\ry"), [
    { type: "group_remove", group: "projet", users: ["bob"] },
  ]);
  assert.deepEqual(requests("groups", "xy"), [{ type: "group_delete", group: "2SLAM" }]);
  assert.deepEqual(requests("groups", "+ , \r"), []);
});

Deno.test("keys make and revoke invitations, and open registration for a time", () => {
  assert.deepEqual(requests("invites", "a\r\r#dev\ry\ry"), [
    { type: "invite_create", uses: 30, expires: "1h", channel: "#dev", register: true },
  ]);
  assert.deepEqual(requests("invites", "a\x15" + "5\r\x15" + "2d\r\r\ry"), [
    { type: "invite_create", uses: 5, expires: "2d", register: false },
  ]);
  assert.deepEqual(requests("invites", "xy"), [{ type: "invite_revoke", id: 7 }]);
  assert.deepEqual(requests("invites", "o\r10.0.0.0/8\ry"), [
    { type: "registration_open", for: "30m", network: "10.0.0.0/8" },
  ]);
  assert.deepEqual(requests("invites", "c\ry"), [{ type: "registration_close" }]);
  for (const keys of ["a\x15" + "0\r", "a\x15" + "1001\r", "a\r\x15" + "0\r", "o\x15soon\r"]) {
    const { state } = type(withPage(filled, "invites"), keys);
    assert.match(shown(state), /Expected a (number|duration)/, keys);
  }
});

Deno.test("a key that needs a row says so on an empty page", () => {
  for (const [page, key] of [["accounts", "d"], ["groups", "x"], ["invites", "x"]] as const) {
    const { state } = type(withPage(initialState(), page), key);
    assert.match(shown(state), /No \w+ is selected/);
  }
});

Deno.test("the filter keeps the rows with the text, and another page has none", () => {
  const { state } = type(withPage(filled, "accounts"), "/ZO\r");
  assert.match(shown(state), /Accounts ── 1 of 3 · filter: ZO/);
  assert.doesNotMatch(shown(state), /\bbob\b/);
  const [disabling] = type(state, "dy").effects;
  assert.deepEqual(disabling?.kind === "request" && disabling.request, {
    type: "user_disable",
    user: "zoé",
  });
  assert.equal(type(state, "3").state.filter, "");
});

Deno.test("times of open registration are in the heading of the invitations", () => {
  const open = {
    ...withPage(filled, "invites"),
    registration: [{ network: "10.0.0.0/8", until: at, opened_by: "ada", opened_at: at }],
  };
  assert.match(shown(open), /registration open until .* for 10\.0\.0\.0\/8/);
});

Deno.test("each page and each question fits the smallest terminal, in both languages", () => {
  for (const language of ["en", "fr"] as const) {
    for (const page of PAGES) {
      for (const keys of ["", "?", "a", "a\r", "x", "+", "o", "p", "d", "/"]) {
        const { state } = type(withPage(filled, page), keys);
        for (const size of [SMALLEST, screen, { columns: 200, rows: 50 }]) {
          const lines = render(state, size, CONSOLE_TEXTS[language]);
          assert.equal(lines.length, size.rows);
          for (const line of lines) assert.ok(widthOf(line) <= size.columns, textOf(line));
        }
      }
      const last = textOf(
        render(withPage(filled, page), SMALLEST, CONSOLE_TEXTS[language]).at(-1)!,
      );
      assert.match(last, /\? (help|aide) {2}q (quit|quitter)$/);
    }
  }
});
