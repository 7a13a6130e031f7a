// An admin over TLS in a chat in memory, for the tests of the administration.
import { type Ask, Refused } from "../../../web/admin/ask.ts";
import { failureOf } from "../../../web/model/wire.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../../chat/fakes.ts";

/** The admin's page: requests, and the lines that arrived besides the replies. */
export interface Admin {
  readonly chat: FakeChat;
  readonly ask: Ask;
  /** The types of the requests so far. */
  readonly asked: string[];
  readonly others: Line[];
  /** Called before each request. If it returns an error, the request is not sent. */
  before: (line: Line) => Refused | undefined;
  /** Called after each request. If it returns an error, the reply is lost. */
  after: (line: Line) => Refused | undefined;
}

/** The failure of a page whose connection broke. */
export const LOST = new Refused({
  code: "offline_page",
  reason: undefined,
  text: "",
  retryAt: undefined,
});

/** Logs in as `ada`, an admin, as a page over TLS does. */
export async function admin(accounts: Readonly<Record<string, string>> = {}): Promise<Admin> {
  const chat = makeChat({ ada: "1234/admin", ...accounts });
  const peer = chat.connect();
  peer.secure = true;
  await exchange(chat, peer, { type: "hello" });
  await exchange(chat, peer, { type: "login", username: "ada", password: "1234" });
  const page: Admin = {
    chat,
    asked: [],
    others: [],
    before: () => undefined,
    after: () => undefined,
    ask: async (line) => {
      page.asked.push(line.type);
      const refused = page.before({ ...line });
      if (refused !== undefined) throw refused;
      const lines = await exchange(chat, peer, { ...line });
      const reply = lines.find(({ ref }) => ref === "r")!;
      page.others.push(...lines.filter((each) => each !== reply));
      const lost = page.after({ ...line });
      if (lost !== undefined) throw lost;
      if (reply["type"] === "error") throw new Refused(failureOf(reply, 0));
      return reply as never;
    },
  };
  return page;
}

async function exchange(chat: FakeChat, peer: FakePeer, request: Line): Promise<Line[]> {
  await peer.say({ ...request, ref: "r" });
  chat.turn();
  return peer.take();
}

/** Returns a file as a browser has it. */
export function listFile(name: string, text: string) {
  const bytes = new TextEncoder().encode(text);
  return { name, size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.buffer) };
}
