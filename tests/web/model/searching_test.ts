// Tests of web/model/searching.ts: a reply belongs to the search that requested it.
import assert from "node:assert/strict";
import { Conversation, lineOf } from "./fakes.ts";

Deno.test("the reply to a search in one channel does not fill the same search in another", () => {
  const talk = new Conversation();
  talk.open();
  talk.settle();
  const { page } = talk;
  const request = (channel: string | undefined) => {
    page.event({ type: "search", query: "queue", channel });
    return page.sent.splice(page.sent.findIndex(({ type }) => type === "search"), 1)[0]!.ref;
  };
  const [first, second] = [request("#dev"), request(undefined)];
  const hit = (id: number) => lineOf({ id, from: "Bob", content: `queue ${id}` });
  page.line({ type: "search", query: "queue", messages: [hit(1)], more: false, ref: first });
  assert.equal(page.app.search!.state, "busy");
  page.line({ type: "search", query: "queue", messages: [hit(2)], more: false, ref: second });
  assert.deepEqual(page.app.search!.hits.map(({ item }) => item.id), [2]);
  assert.equal(page.app.search!.state, "done");
});
