// The stage of the property test: the real chat, its model, the connections, and what each received.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, type Line, makeChat } from "./fakes.ts";
import { CAST, Model } from "./model.ts";

/** The accounts of the cast, for `makeChat`. */
export const ACCOUNTS: Record<string, string> = Object.fromEntries(
  CAST.filter(({ role }) => role !== "guest").map(({ name, role }) => [name, `1234/${role}`]),
);

/** Where the property is played. */
export interface Theatre {
  /** The chat; another one after {@linkcode takeOver}. */
  readonly chat: FakeChat;
  /** Opens a connection. */
  readonly connect: () => FakePeer;
  /** Waits until everything that was sent has arrived. */
  readonly settle: () => Promise<void>;
  /** Makes another node lead. */
  readonly takeOver?: () => Promise<void>;
  /** Makes the leader give an edge up. Its connections come back. */
  readonly giveUp?: (which: number) => Promise<void>;
}

/** The real chat, the model, and the connections. */
export class Stage {
  readonly #theatre: Theatre;
  /** What is expected of the chat. */
  readonly model = new Model();
  readonly #peers = new Map<string, FakePeer>();
  readonly #byNumber = new Map<number, FakePeer>();
  /** The connections that have joined according to the model, with their person. */
  readonly joined = new Map<FakePeer, string>();
  /** The messages that each connection has received. */
  readonly #received = new Map<FakePeer, string[]>();
  /** The private messages that each person has received. */
  readonly privately = new Map<string, string[]>();
  /** The messages that each connection has yet to receive. */
  readonly #due = new Map<FakePeer, string[]>();
  #ref = 0;

  /** @param theatre By default a chat whose connections are all in this process. */
  constructor(theatre: Theatre = embedded()) {
    this.#theatre = theatre;
    const { channels } = this.chat.services;
    channels.configure([
      { name: "#dev", roles: [], accounts: [], readOnly: false },
      { name: "#profs", roles: ["moderator"], accounts: [], readOnly: false },
      { name: "#club", roles: [], accounts: ["bob"], readOnly: false },
    ], 0);
  }

  /** The real chat. */
  get chat(): FakeChat {
    return this.#theatre.chat;
  }

  /** Makes another node lead. */
  async takeOver(): Promise<void> {
    await this.#theatre.takeOver?.();
  }

  /** Makes the leader give an edge up. */
  async giveUp(which: number): Promise<void> {
    await this.#theatre.giveUp?.(which);
  }

  /** Returns a person's connection with a number, or a new one if it has ended. */
  peer(who: string, number: number): FakePeer {
    const key = `${who}/${number}`;
    let peer = this.#peers.get(key);
    if (peer === undefined || peer.closed) {
      peer = this.#theatre.connect();
      this.#peers.set(key, peer);
      this.#byNumber.set(peer.id, peer);
    }
    return peer;
  }

  /** Returns the connection with a number. */
  numbered(id: number): FakePeer {
    return this.#byNumber.get(id)!;
  }

  /** Sends a request and waits until it has arrived. */
  async say(peer: FakePeer, request: Line): Promise<void> {
    await peer.say(request);
    await this.settle();
  }

  /** Ends the turn and waits until its output has arrived. */
  async turn(): Promise<void> {
    this.chat.turn();
    await this.settle();
  }

  /** Waits until everything that was sent has arrived. */
  settle(): Promise<void> {
    return this.#theatre.settle();
  }

  /** Notes that a connection has to receive a message. */
  expect(peer: FakePeer, content: string): void {
    this.#due.set(peer, [...this.#due.get(peer) ?? [], content]);
  }

  /** Sends a request and returns its reply. */
  async ask(peer: FakePeer, request: Line): Promise<Line | undefined> {
    this.#receive(peer);
    const ref = `r${++this.#ref}`;
    await this.say(peer, { ...request, ref });
    await this.turn();
    const lines = peer.take();
    this.#read(peer, lines);
    return lines.find((line) => line["ref"] === ref);
  }

  /** Reads what every connection has received. */
  receiveAll(): void {
    for (const peer of this.#peers.values()) this.#receive(peer);
  }

  #receive(peer: FakePeer): void {
    this.#read(peer, peer.take());
  }

  /** Checks the lines that no request asked for: each is for this recipient, and arrives once. */
  #read(peer: FakePeer, lines: readonly Line[]): void {
    const who = this.joined.get(peer);
    for (const line of lines) {
      if (line["type"] !== "message" || line["from"] === "ClassCord") continue;
      const content = line["content"] as string;
      const isCopy = who !== undefined && line["from"] === who && line["to"] !== who;
      if (line["subtype"] === "private" && !isCopy) {
        const name = who ?? String(line["to"]);
        const said = this.model.said.find((each) => each.content === content);
        if (said !== undefined) assert.equal(said.to, name, `${name} got ${content}`);
        else assert.equal(line["to"], name);
        this.privately.set(name, [...this.privately.get(name) ?? [], content]);
      } else {
        const received = this.#received.get(peer) ?? [];
        assert.ok(!received.includes(content), `${who} got ${content} twice`);
        this.#received.set(peer, [...received, content]);
      }
    }
  }

  /** Checks that roster, channels, sessions and model agree. */
  checkAgreement(): void {
    const { roster, channels, sessions } = this.chat.services;
    const online = [...roster.users];
    assert.deepEqual(new Set(online.map(({ name }) => name)), this.model.online);
    for (const { channel, members } of channels.list()) {
      const here = new Set([...members].map(({ name }) => name));
      const { members: model } = this.model.room(channel.name);
      assert.deepEqual(
        here,
        new Set([...model].filter((name) => this.model.online.has(name))),
        channel.name,
      );
      for (const user of members) {
        assert.equal(roster.find(user.key), user);
        assert.ok(channels.of(user).some((room) => room.channel === channel));
      }
    }
    for (const user of online) {
      for (const session of user.sessions) {
        assert.equal(session.user, user);
        assert.equal(sessions.get(session.id), session);
        const { channel } = session;
        assert.ok(
          channel === undefined || channel === channels.general || channel.members.has(user),
          "a session talks where its user is not",
        );
      }
    }
    assert.equal(
      [...sessions].filter((session) => session.user !== undefined).length,
      roster.sessions.size,
    );
    for (const peer of this.#peers.values()) {
      const got = (this.#received.get(peer) ?? []).filter((content) => content.startsWith("mot"));
      assert.deepEqual(got, this.#due.get(peer) ?? [], "what was delivered");
    }
  }
}

function embedded(): Theatre {
  const chat = makeChat(ACCOUNTS);
  return { chat, connect: () => chat.connect(), settle: () => Promise.resolve() };
}
