// A chat with a group and a channel that admits only the group, for tests of groups.
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { ask } from "../people.ts";

/** Sends a request of an operator. */
export type Operate = (type: string, members?: Line) => Promise<Line>;

/** A chat with an operator, the group 2SLAM with ada and bob, and a channel that admits only the group. */
export async function lesson(): Promise<{ chat: FakeChat; root: FakePeer; operate: Operate }> {
  const chat = makeChat({ Ada: "1234", bob: "1234", eve: "1234", max: "1234/moderator" });
  const root = chat.operate();
  const operate: Operate = (type, members) => ask(chat, root, { type, ...members });
  await operate("group_create", { group: "2SLAM" });
  await operate("group_add", { group: "2SLAM", users: ["ada", "bob"] });
  await operate("channel_create", { channel: "#cours", groups: ["2SLAM"] });
  return { chat, root, operate };
}
