// Tests of web/view/announcer.ts: what screen readers announce.
import assert from "node:assert/strict";
import type { Announcement, Item } from "../../../web/model/state.ts";
import { Texts } from "../../../web/texts/catalogue.ts";
import { en } from "../../../web/texts/en.ts";
import { digest } from "../../../web/view/announcer.ts";

const texts = new Texts("en", en);

function message(content: string, room: "#dev" | "@ada" = "#dev"): Announcement {
  const item: Item = {
    id: 1,
    from: "Ada",
    fromKey: "ada",
    at: 0,
    content,
    cid: undefined,
    replyTo: undefined,
    mine: false,
    deleted: false,
  };
  return { kind: "message", room, roomName: room === "#dev" ? "#dev" : "Ada", item };
}

Deno.test("a message is announced once, without its markup, and a code block is only mentioned", () => {
  const [said] = digest([message("**yes** `x`\n```java\nint x;\n```\nend")], "#dev", texts);
  assert.equal(said, "Ada: yes x block of code end");
});

Deno.test("the announcement of a message in another room names the room", () => {
  assert.deepEqual(digest([message("hi", "@ada")], "#dev", texts), ["Ada in Ada: hi"]);
});

Deno.test("more than three messages at once are announced as a number, and nothing else is lost", () => {
  const many = Array.from({ length: 4 }, () => message("hi"));
  const said = digest([...many, { kind: "link", state: "offline" }], "#dev", texts);
  assert.deepEqual(said, ["The connection is lost.", "4 new messages"]);
});
