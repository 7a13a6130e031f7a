// Tests of lib/protocol/duration.ts: parsing, detecting mistyped durations, and formatting.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  beginsLikeDuration,
  DURATION_FORMS,
  DURATION_MAX,
  formatDuration,
  parseDuration,
  takeDuration,
} from "../../lib/protocol/duration.ts";

Deno.test("parseDuration accepts the English and French forms that people type", () => {
  const expected: [string, number][] = [
    ["90s", 90],
    ["90sec", 90],
    ["10m", 600],
    ["10min", 600],
    ["10MIN", 600],
    ["10mn", 600],
    ["2h", 7_200],
    ["2h30", 9_000],
    ["2h5", 7_500],
    ["2h30min", 9_000],
    ["1h30m", 5_400],
    ["1m30", 90],
    ["1d", 86_400],
    ["1j", 86_400],
    ["1j12h", 129_600],
    ["1w", 604_800],
    ["1sem", 604_800],
    ["0", 0],
    ["0s", 0],
    ["3650d", DURATION_MAX],
    ["999999999w", DURATION_MAX],
  ];
  for (const [text, seconds] of expected) assert.equal(parseDuration(text), seconds, text);
});

const MISTYPED = [
  "10minutes",
  "2h90",
  "2h300",
  "1.5h",
  "1,5h",
  "+10m",
  "-10m",
  "10",
  "10 min",
  "0 min",
  "2 h 30",
  "2 heures",
  "3 jours, spam",
  "10:30",
  "10\u2032",
  "1an",
  "6mois",
  "1y",
  "2h30s5",
  "9999999999d",
  "1h 30m",
  "1h 30 min",
  "1d 2h spam",
  "for 10m",
  "for 10 minutes, spam",
  "during 2h30",
  "pendant 10min",
  "pour 2 heures",
  "Durant 1j",
];

Deno.test("a mistyped duration is never treated as a reason", () => {
  for (const text of MISTYPED) {
    assert.equal(takeDuration(text).kind, "mistyped", text);
    assert.equal(parseDuration(text), undefined, text);
  }
});

Deno.test("a reason may begin with a number", () => {
  const reasons = [
    "3 fois pr\u00e9venu",
    "1st warning",
    "3rd warning",
    "2e avertissement",
    "for 3 insults",
    "for spam",
    "pour 3 insultes",
    "spam",
    "",
  ];
  for (const text of [...reasons, "10.0.0.5 est en cause", "forever", "s", "min"]) {
    assert.deepEqual(takeDuration(text), { kind: "none" }, text);
    assert.equal(beginsLikeDuration(text), false, text);
  }
  assert.deepEqual(takeDuration("2h30  3 fois  pr\u00e9venu"), {
    kind: "duration",
    seconds: 9_000,
    rest: "3 fois  pr\u00e9venu",
  });
});

Deno.test("all forms that errors list are accepted", () => {
  const forms = DURATION_FORMS.replace(" for no end", "").split(/, | or /);
  assert.ok(forms.length >= 9);
  for (const form of forms) assert.notEqual(parseDuration(form), undefined, form);
});

Deno.test("formatDuration writes the two greatest units, and parseDuration can read them", () => {
  assert.deepEqual(
    [-1, 0, 59.9, 60, 3_725, 86_400, 86_405, 200_000].map((s) => formatDuration(s)),
    [
      "0s",
      "0s",
      "59s",
      "1m",
      "1h 2m",
      "1d",
      "1d 5s",
      "2d 7h",
    ],
  );
  fc.assert(fc.property(fc.integer({ min: 0, max: DURATION_MAX }), (seconds) => {
    const read = parseDuration(formatDuration(seconds).replaceAll(" ", ""))!;
    assert.ok(read <= seconds && seconds - read < 86_400, String(seconds));
  }));
});

Deno.test("parseDuration and takeDuration accept any text of any length", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    parseDuration(text);
    takeDuration(text);
  }));
  assert.equal(takeDuration(`${"9".repeat(100_000)}m`).kind, "mistyped");
  assert.equal(takeDuration("1m".repeat(50_000)).kind, "mistyped");
});
