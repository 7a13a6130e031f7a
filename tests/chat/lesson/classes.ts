// A class for tests of the lesson: its accounts, a teacher's page, pupils with pages and with old clients.
import { GroupStore } from "../../../lib/store/groups.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { type PageOptions, signIn } from "../pages.ts";

/** The features of a lesson. */
export const LESSON = ["session", "hands", "policy", "reports"];

/** Makes a chat with staff, and a class 2SLAM of alice, bob and carl. */
export function makeClass(): FakeChat {
  const pupils = { alice: "1234", bob: "1234", carl: "1234" };
  const chat = makeChat({
    ada: "1234/admin",
    max: "1234/moderator",
    mia: "1234/moderator",
    ...pupils,
  });
  const groups = new GroupStore(chat.database);
  const { id } = groups.create({ name: "2SLAM", key: "2slam", isClass: true, now: 0 });
  groups.add(id, Object.keys(pupils).map((name) => chat.accountStore.findByKey(name)!.id));
  groups.create({ name: "Club", key: "club", now: 0 });
  return chat;
}

/** Signs in with a page that knows the lesson. */
export async function page(
  chat: FakeChat,
  name: string,
  options: PageOptions = {},
): Promise<FakePeer> {
  const { peer } = await signIn(chat, name, { tab: name, features: LESSON, ...options });
  peer.take();
  return peer;
}

/** Returns the lines of a type since the last call. */
export function events(peer: FakePeer, type: string): Line[] {
  return peer.take().filter((line) => line["type"] === type);
}

/** Returns the texts of the messages from the server since the last call. */
export function told(peer: FakePeer): unknown[] {
  return peer.take().filter(({ from }) => from === "ClassCord").map(({ content }) => content);
}
