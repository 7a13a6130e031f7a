// Tests of web/model/people.ts: who is online, and when the page requests the list.
import assert from "node:assert/strict";
import { Conversation } from "./fakes.ts";

/** Returns the requests for people that the page has sent since the last call. */
function asked(talk: Conversation): unknown[] {
  return talk.page.take("send").map(({ line }) => line).filter(({ type }) => type === "people")
    .map(({ channel }) => channel ?? "everybody");
}

Deno.test("when users come online, the page requests the members of the shown channel once for all of them", () => {
  const talk = new Conversation();
  talk.open();
  talk.settle();
  const { page } = talk;
  page.take("send");
  page.take("timer");
  for (const user of ["Zoé", "Léa", "Zoé"]) {
    page.event({ type: "line", line: { type: "status", user, state: "online" } });
  }
  assert.deepEqual(page.take("timer").map(({ name }) => name), ["people"]);
  page.event({ type: "timer", name: "people" });
  assert.deepEqual(asked(talk), ["everybody", "#dev"]);
});

Deno.test("a change of state causes no request, and a user who leaves is removed from the members", () => {
  const talk = new Conversation();
  talk.open();
  talk.settle();
  const { page } = talk;
  page.event({ type: "line", line: { type: "status", user: "Zoé", state: "online" } });
  page.take("timer");
  page.event({ type: "timer", name: "people" });
  page.take("send");
  page.take("timer");
  page.event({ type: "line", line: { type: "status", user: "Zoé", state: "away" } });
  assert.equal(page.app.people.get("zoé")?.state, "away");
  page.event({ type: "line", line: { type: "status", user: "Zoé", state: "offline" } });
  assert.equal(page.app.people.get("zoé")?.online, false);
  assert.deepEqual(page.take("timer"), []);
});
