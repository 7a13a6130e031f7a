// Tests of the console's events: every event of the server has a sentence in both languages.
import assert from "node:assert/strict";
import { LOGIN_RESULTS, MODERATION_ACTIONS, REFUSALS } from "../../../lib/chat/observer.ts";
import { eventLine } from "../../../lib/cli/console/events.ts";
import { textOf } from "../../../lib/cli/console/style.ts";
import { CONSOLE_TEXTS } from "../../../lib/cli/console/texts/languages.ts";
import { CLOSE_REASONS, OFFENCES, REPORTED_OFFENCES } from "../../../lib/net/peer.ts";
import { TAIL_EVENTS } from "../../../lib/protocol/requests/operator.ts";

const at = "2026-11-22T06:20:00.000Z";
const peer = { conn: 7, address: "10.0.0.5", port: 51234 };

/** The values of members that the server writes as fixed words. */
const WORDS: readonly [event: string, member: string, values: readonly string[]][] = [
  ["disconnected", "reason", CLOSE_REASONS],
  ["refused_connection", "limit", REFUSALS],
  ["login", "result", LOGIN_RESULTS],
  ["offence", "offence", [...OFFENCES, ...REPORTED_OFFENCES]],
  ["moderated", "action", MODERATION_ACTIONS],
];

function sentence(event: Record<string, unknown>, language: "en" | "fr", width = 200): string {
  return textOf(eventLine({ type: "event", at, ...event }, width, CONSOLE_TEXTS[language]));
}

Deno.test("each event has a sentence in both languages, without names of the protocol", () => {
  for (const event of TAIL_EVENTS) {
    const members = {
      ...peer,
      event,
      user: "léa",
      state: "away",
      by: "zoé",
      action: "mute",
      target: "tom",
      messages: 2,
      failures: 50,
      network: "10.0.0.5",
      result: "ok",
      what: "x",
    };
    const [english, french] = [sentence(members, "en"), sentence(members, "fr")];
    assert.notEqual(english, french);
    assert.doesNotMatch(english + french, /_|undefined|null|NaN/);
  }
});

Deno.test("each reason, limit, result and action has a text in both languages", () => {
  for (const [event, member, values] of WORDS) {
    for (const language of ["en", "fr"] as const) {
      const told = values.map((value) =>
        sentence({ ...peer, event, user: "léa", by: "zoé", [member]: value }, language)
      );
      assert.equal(new Set(told).size, values.length, "no two are told alike");
      const raw = values.filter((value, index) =>
        value.includes("_") && told[index]!.includes(value)
      );
      assert.deepEqual(raw, [], `${language} ${event}`);
    }
  }
});

Deno.test("an action shows who did what to whom, where, until when and why", () => {
  const act = { event: "moderated", by: "zoé", action: "ban", target: "tom", reason: "spam" };
  assert.match(sentence(act, "en"), /zoé banned tom: spam$/);
  assert.match(sentence(act, "fr"), /zoé a banni tom : spam$/);
  assert.match(sentence({ ...act, until: at }, "fr"), /a banni tom jusqu'à .*:20:00 : spam$/);
  const topic = { event: "moderated", by: "zoé", action: "topic", channel: "#dev" };
  assert.match(sentence(topic, "en"), /zoé changed the topic #dev$/);
});

Deno.test("text from clients is harmless, and an event of a later version is shown by its name", () => {
  const hostile = sentence({ ...peer, event: "joined", user: "\x1b[2J", kind: "\u202e" }, "en");
  assert.doesNotMatch(hostile, /[\p{Cc}\p{Cf}]/u);
  assert.match(hostile, /\\u001b\[2J joined/);
  for (const event of ["moved", "constructor", "__proto__"]) {
    assert.match(sentence({ event }, "fr"), new RegExp(` ${event}$`));
  }
});

Deno.test("if there is no room, the peer of an event is left out", () => {
  const joined = { ...peer, event: "joined", user: "léa", kind: "guest" };
  assert.match(sentence(joined, "en"), /léa joined as a guest +10\.0\.0\.5:51234 $/);
  assert.match(sentence(joined, "en", 40), /léa joined as a guest$/);
});
