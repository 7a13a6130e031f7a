// A fake server with one room, and a page without a view, for the tests of the model.
import { initialApp } from "../../../web/model/app.ts";
import { reduce } from "../../../web/model/reduce.ts";
import type { App, Command, Event, Kept, Room, RoomKey } from "../../../web/model/state.ts";
import { itemsOf } from "../../../web/model/window.ts";

/** A line in either direction. */
export type Line = Readonly<Record<string, unknown>>;

/** A stored message. */
export interface Stored {
  readonly id: number;
  readonly from: string;
  readonly content: string;
  readonly cid?: string;
}

/** Noon on a fixed day, in milliseconds since 1970. */
export const NOON = Date.UTC(2026, 10, 27, 12);

const CHANNEL = "#dev";

/** What a browser has stored before the first sign-in. */
export const NOTHING_KEPT: Kept = {
  tab: "tab",
  client: "test",
  session: undefined,
  drafts: undefined,
  outbox: undefined,
  owner: undefined,
  prefs: undefined,
};

/** A page: its state and the commands so far. */
export class Page {
  app: App = initialApp(NOON);
  now = NOON;
  commands: Command[] = [];
  /** The lines that the page has sent and the server has not read. */
  readonly sent: Line[] = [];

  /** Applies an event. */
  event(event: Event): void {
    const { app, commands } = reduce(this.app, event, this.now);
    this.app = app;
    this.commands.push(...commands);
    for (const command of commands) if (command.type === "send") this.sent.push(command.line);
  }

  line(line: Line): void {
    this.event({ type: "line", line });
  }

  /** Returns the room with a key. */
  room(key: RoomKey = "#dev"): Room {
    return this.app.rooms.get(key)!;
  }

  /** Returns the ids of the messages in a room, without deleted ones. */
  ids(key: RoomKey = "#dev"): number[] {
    return [...itemsOf(this.room(key).window)].filter(({ deleted }) => !deleted).map(({ id }) =>
      id
    );
  }

  /** Returns and removes the commands of a type. */
  take<T extends Command["type"]>(type: T): Extract<Command, { type: T }>[] {
    const found = this.commands.filter((each) => each.type === type);
    this.commands = this.commands.filter((each) => each.type !== type);
    return found as Extract<Command, { type: T }>[];
  }
}

/** A server with one channel. It replies in the order of the requests, and stores a message before it sends it. */
export class Server {
  readonly stored: Stored[] = [];
  readonly deleted = new Set<number>();
  /** The lines that were written to the page and have not arrived. */
  wire: Line[] = [];
  isOpen = false;
  isJoined = false;
  seen = 0;
  /** Whether replies with history are sent after messages that are newer than they are. */
  isSlow = false;
  #late: Line[] = [];
  /** The maximum number of messages in a page of history. */
  pageSize = 7;
  #next = 1;

  /** The messages that are stored and not deleted. */
  get messages(): Stored[] {
    return this.stored.filter(({ id }) => !this.deleted.has(id));
  }

  /** Stores a message. */
  say(message: Omit<Stored, "id">): number {
    const id = this.#next++;
    this.stored.push({ ...message, id });
    return id;
  }

  /** Stores a message of another user, and sends it to the page. */
  sayOther(content: string): number {
    const id = this.say({ from: "Bob", content });
    if (this.isJoined) this.wire.push(lineOf(this.stored.at(-1)!));
    return id;
  }

  /** Deletes a message, and notifies the page. */
  delete(id: number): void {
    if (!this.stored.some((each) => each.id === id) || this.deleted.has(id)) return;
    this.deleted.add(id);
    if (this.isJoined) {
      this.wire.push({
        type: "system",
        from: "server",
        content: "-",
        code: "deleted",
        channel: CHANNEL,
        id,
      });
    }
  }

  /** Reads a request of the page. */
  read(line: Line): void {
    this.hurry();
    const answer = { ...this.#answer(line), ref: line.ref };
    if (this.isSlow && line.type === "history") this.#late.push(answer);
    else this.wire.push(answer);
  }

  get isLate(): boolean {
    return this.#late.length > 0;
  }

  /** Sends the delayed replies. */
  hurry(): void {
    this.wire.push(...this.#late.splice(0));
  }

  /** Closes the connection. Lines on their way are lost. */
  end(): void {
    this.isOpen = this.isJoined = false;
    this.wire = [];
    this.#late = [];
  }

  #answer(line: Line): Line {
    switch (line.type) {
      case "hello":
        return {
          type: "hello",
          version: "0",
          guests: true,
          session_days: 30,
          limits: {},
          passwords: "ok",
        };
      case "resume":
        this.isJoined = true;
        return { type: "resume", status: "ok", username: "Ada", role: "member" };
      case "overview":
        return {
          type: "overview",
          channels: [{ name: CHANNEL, topic: "", ...this.#count() }],
          conversations: [],
        };
      case "people":
        return { type: "people", channel: line.channel, people: [] };
      case "seen":
        this.seen = Math.max(this.seen, Math.min(line.id as number, this.#newest()));
        return {
          type: "seen",
          status: "ok",
          channel: CHANNEL,
          id: this.seen,
          unread: this.#count().unread,
        };
      case "history":
        return { type: "history", channel: CHANNEL, ...this.#history(line) };
      case "message": {
        const { content, cid } = line as unknown as Stored;
        const id = this.say({ from: "Ada", content, cid: cid! });
        return { type: "ack", id, timestamp: new Date(NOON + id).toISOString() };
      }
      default:
        return { type: line.type as string, status: "ok" };
    }
  }

  #newest(): number {
    return this.messages.at(-1)?.id ?? 0;
  }

  #count(): { last: number; seen: number; unread: number } {
    const unread = this.messages.filter(({ id, from }) => from !== "Ada" && id > this.seen).length;
    return { last: this.#newest(), seen: this.seen, unread };
  }

  #history({ before, after, around }: { before?: number; after?: number; around?: number }): Line {
    const all = this.messages;
    const most = this.pageSize;
    if (around !== undefined) {
      const split = all.filter(({ id }) => id <= around).length;
      const from = Math.max(0, split - Math.ceil(most / 2));
      const to = Math.min(all.length, split + Math.floor(most / 2));
      const [older, newer] = [from > 0, to < all.length];
      return { messages: all.slice(from, to).map(lineOf), older, newer, more: older || newer };
    }
    const fitting = all.filter(({ id }) => id < (before ?? Infinity) && id > (after ?? -1));
    const messages = after === undefined ? fitting.slice(-most) : fitting.slice(0, most);
    return { messages: messages.map(lineOf), more: messages.length < fitting.length };
  }
}

/** Returns the line of a message, as readers receive it. */
export function lineOf({ id, from, content, cid }: Stored): Line {
  return {
    type: "message",
    subtype: "global",
    from,
    to: "global",
    channel: CHANNEL,
    content,
    timestamp: new Date(NOON + id).toISOString(),
    id,
    ...(cid === undefined ? {} : { cid }),
  };
}

/** A page and its server, with a connection that can break. */
export class Conversation {
  page = new Page();
  readonly server = new Server();

  constructor() {
    const route = { at: "room", room: "#dev", name: CHANNEL, id: undefined } as const;
    const session = { token: "t", name: "Ada", guest: false };
    this.page.event({ type: "start", kept: { ...NOTHING_KEPT, session }, route });
  }

  /** Opens the connection. */
  open(): void {
    if (this.server.isOpen) return;
    this.server.isOpen = true;
    this.page.event({
      type: "link",
      link: { state: "open", since: this.page.now, joined: false, caughtUp: false },
    });
  }

  /** Breaks the connection. Lines on their way are lost, except those that the server has read. */
  break(): void {
    if (!this.server.isOpen) return;
    this.server.end();
    this.page.sent.length = 0;
    const { now } = this.page;
    this.page.event({ type: "link", link: { state: "waiting", since: now, until: now + 500 } });
  }

  /** Lets the server read one line. */
  serve(): void {
    const line = this.page.sent.shift();
    if (line !== undefined && this.server.isOpen) this.server.read(line);
  }

  /** Delivers one line to the page. */
  deliver(): void {
    const line = this.server.wire.shift();
    if (line !== undefined) this.page.line(line);
  }

  /** Delivers all lines, and runs the timers. */
  settle(): void {
    for (let turn = 0; turn < 10_000; turn++) {
      if (this.page.sent.length === 0) this.server.hurry();
      if (this.page.sent.length === 0 && this.server.wire.length === 0) return;
      this.serve();
      this.deliver();
    }
    throw new Error("The page and the server never stop sending.");
  }
}
