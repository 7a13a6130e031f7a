// The real chat and the model of it side by side, for the property test.
import assert from "node:assert/strict";
import { evictUnadmitted } from "../../lib/chat/conversation/membership.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "./fakes.ts";
import { CAST, Model, ROOMS, type Said } from "./model.ts";

const GENERAL = ROOMS[0];

/** Something that somebody does. */
export interface Step {
  readonly do: string;
  readonly who?: string;
  readonly whom?: string;
  readonly connection?: number;
  readonly room?: string;
  readonly nth?: number;
  readonly to?: readonly string[];
}

/** The real chat and the model, side by side. */
export class Play {
  readonly #chat: FakeChat = makeChat(
    Object.fromEntries(
      CAST.filter(({ role }) => role !== "guest").map(({ name, role }) => [name, `1234/${role}`]),
    ),
  );
  readonly #model = new Model();
  readonly #peers = new Map<string, FakePeer>();
  /** Whether a connection is known by the model to have joined. */
  readonly #joined = new Map<FakePeer, string>();
  /** What each connection has received of what was said. */
  readonly #received = new Map<FakePeer, string[]>();
  /** What each person has received privately. */
  readonly #private = new Map<string, string[]>();
  #ref = 0;

  constructor() {
    const { channels } = this.#chat.services;
    channels.configure([
      { name: "#dev", roles: [], accounts: [], readOnly: false },
      { name: "#profs", roles: ["moderator"], accounts: [], readOnly: false },
      { name: "#club", roles: [], accounts: ["bob"], readOnly: false },
    ], 0);
  }

  async run(step: Step): Promise<void> {
    if (step.do === "turn") this.#chat.turn();
    else if (step.do === "restrict") this.#restrict(step.room!, step.to!);
    else await this.#act(step, step.who!, this.#peer(step.who!, step.connection!));
    this.#receiveAll();
    this.#checkAgreement();
  }

  /** At the end everyone has received all that was for them, and may read what the model says. */
  async end(): Promise<void> {
    this.#chat.turn();
    this.#receiveAll();
    for (const { name } of CAST) {
      for (const number of [0, 1]) {
        const peer = this.#peer(name, number);
        if (this.#joined.get(peer) !== undefined) await this.#checkReading(name, peer);
      }
    }
    for (const { name, role } of CAST) {
      if (role === "guest" || this.#model.banned.has(name)) continue;
      await this.#act({ do: "enter" }, name, this.#peer(name, 0));
      this.#chat.turn();
      this.#receiveAll();
      const expected = this.#model.said.filter(({ to, from, deleted }) =>
        to === name && from !== name && !deleted
      );
      const got = this.#private.get(name) ?? [];
      for (const { content, kept } of expected) {
        assert.ok(got.includes(content), `${name} never got ${content}`);
        if (kept) assert.equal(got.indexOf(content), got.lastIndexOf(content), `${content} twice`);
      }
    }
    this.#chat.database.close();
  }

  #peer(who: string, number: number): FakePeer {
    const key = `${who}/${number}`;
    let peer = this.#peers.get(key);
    if (peer === undefined || peer.closed) {
      peer = this.#chat.connect();
      this.#peers.set(key, peer);
    }
    return peer;
  }

  async #act(step: Step, who: string, peer: FakePeer): Promise<void> {
    const model = this.#model;
    const isHere = this.#joined.get(peer) !== undefined;
    switch (step.do) {
      case "enter": {
        if (isHere) return;
        // A guest of two connections would be two guests.
        if (who === "gus" && model.online.has(who)) return;
        const line = who === "gus"
          ? { type: "message", from: who, content: "" }
          : { type: "login", username: who, password: "1234" };
        const reply = await this.#ask(peer, line);
        if (model.banned.has(who)) {
          assert.equal(reply?.["code"], "banned");
          return;
        }
        assert.ok(reply?.["type"] === "login" || reply?.["type"] === "ack", JSON.stringify(reply));
        this.#joined.set(peer, who);
        model.enter(who);
        return;
      }
      case "logout":
        await this.#ask(peer, { type: "logout" });
        return this.#left(peer, who);
      case "drop":
        peer.close("client");
        peer.consumer.ended("client");
        return this.#left(peer, who);
      case "join": {
        const reply = await this.#ask(peer, { type: "join", channel: step.room });
        const may = isHere &&
          (model.isIn(who, step.room!)
            ? model.isAdmitted(who, step.room!)
            : model.mayJoin(who, step.room!));
        assert.equal(isOk(reply), may, `${who} joins ${step.room}: ${JSON.stringify(reply)}`);
        if (may) model.room(step.room!).members.add(who);
        return;
      }
      case "leave": {
        const reply = await this.#ask(peer, { type: "leave", channel: step.room });
        const may = isHere && model.isIn(who, step.room!);
        assert.equal(isOk(reply), may, `${who} leaves ${step.room}: ${JSON.stringify(reply)}`);
        if (may) model.room(step.room!).members.delete(who);
        return this.#follow(who);
      }
      case "move":
        await peer.say({ type: "message", content: `/join ${step.room}` });
        if (!isHere) {
          // It was the guest's first message, under no name.
          if (peer.take().length > 0) this.#drop(peer);
          return;
        }
        return this.#follow(who);
      case "say":
        return await this.#say(peer, who, step.room!);
      case "whisper":
        return await this.#whisper(peer, who, step.whom!);
      case "kick": {
        const { room: channel = "", whom = "" } = step;
        const reply = await this.#ask(peer, { type: "kick", user: whom, channel });
        const may = isHere && model.mayAct(who, whom) && model.isAdmitted(who, channel) &&
          model.room(channel).members.has(whom) &&
          (whom !== "gus" || model.online.has(whom)) &&
          (channel !== GENERAL || model.online.has(whom));
        assert.equal(isOk(reply), may, `${who} kicks ${whom}: ${JSON.stringify(reply)}`);
        if (!may) return;
        model.expel(whom, channel);
        model.room(channel).members.delete(whom);
        return this.#follow(whom);
      }
      case "kickOut": {
        const whom = step.whom!;
        const reply = await this.#ask(peer, { type: "kick", user: whom });
        const may = isHere && model.mayAct(who, whom) && model.online.has(whom);
        assert.equal(isOk(reply), may, `${who} kicks ${whom}: ${JSON.stringify(reply)}`);
        if (!may) return;
        for (const [name, { members }] of model.rooms) {
          if (members.has(whom)) model.expel(whom, name);
        }
        return this.#cutOff(whom);
      }
      case "ban": {
        const whom = step.whom!;
        const reply = await this.#ask(peer, { type: "ban", user: whom });
        const may = isHere && model.mayAct(who, whom) &&
          (whom !== "gus" || model.online.has(whom));
        assert.equal(isOk(reply), may, `${who} bans ${whom}: ${JSON.stringify(reply)}`);
        if (!may) return;
        model.banned.add(whom);
        return this.#cutOff(whom);
      }
      case "unban": {
        const whom = step.whom!;
        const reply = await this.#ask(peer, { type: "unban", user: whom });
        const may = isHere && model.isModerator(who) && model.banned.has(whom) &&
          (whom === "gus" || model.mayAct(who, whom));
        assert.equal(isOk(reply), may, `${who} unbans ${whom}: ${JSON.stringify(reply)}`);
        if (may) model.banned.delete(whom);
        return;
      }
      case "read":
        return isHere ? await this.#checkReading(who, peer) : undefined;
      case "close":
      case "open": {
        const reply = await this.#ask(peer, { type: `${step.do}_channel`, channel: step.room });
        const may = isHere && model.isModerator(who) && model.isAdmitted(who, step.room!);
        assert.equal(isOk(reply), may, `${who} ${step.do}s: ${JSON.stringify(reply)}`);
        if (may) model.room(step.room!).closed = step.do === "close";
        return;
      }
      case "delete": {
        const said = model.said[step.nth!];
        const reply = await this.#ask(peer, { type: "delete", id: said?.id ?? 999 });
        const readable = said !== undefined && !said.deleted &&
          (said.channel === undefined
            ? said.from === who || said.to === who
            : model.readable(who, said.channel).includes(said));
        const may = isHere && model.isModerator(who) && readable &&
          (said.from === who || model.mayAct(who, said.from));
        assert.equal(isOk(reply), may, `${who} deletes: ${JSON.stringify(reply)}`);
        if (may) said!.deleted = true;
      }
    }
  }

  async #say(peer: FakePeer, who: string, channel: string): Promise<void> {
    const model = this.#model;
    if (this.#joined.get(peer) === undefined) return;
    const content = `mot ${model.said.length}`;
    const reply = await this.#ask(peer, { type: "message", channel, content });
    const may = model.mayJoin(who, channel);
    assert.equal(reply?.["type"] === "ack", may, `${who} says: ${JSON.stringify(reply)}`);
    if (!may) return;
    model.room(channel).members.add(who);
    const heardBy = new Set(
      [...model.room(channel).members].filter((name) => model.online.has(name)),
    );
    const id = reply!["id"] as number;
    model.said.push({
      id,
      content,
      from: who,
      channel,
      to: undefined,
      heardBy,
      kept: false,
      deleted: false,
    });
    for (const [other, name] of this.#joined) {
      if (other !== peer && heardBy.has(name)) this.#expect(other, content);
    }
  }

  async #whisper(peer: FakePeer, who: string, whom: string): Promise<void> {
    if (this.#joined.get(peer) === undefined) return;
    const content = `mot ${this.#model.said.length}`;
    const reply = await this.#ask(peer, { type: "private", to: whom, content });
    if (whom === "gus" && !this.#model.online.has("gus")) {
      assert.equal(reply?.["code"], "unknown_user");
      return;
    }
    assert.equal(reply?.["type"], "ack", JSON.stringify(reply));
    const id = reply!["id"] as number;
    const heardBy = new Set([who, whom]);
    this.#model.said.push({
      id,
      content,
      from: who,
      channel: undefined,
      to: whom,
      heardBy,
      kept: !this.#model.online.has(whom),
      deleted: false,
    });
    if (whom === who) return;
    for (const { peer: other, modern } of this.#chat.services.sessions) {
      const isOther = other !== peer && this.#joined.get(other as FakePeer) === who;
      if (isOther && modern) this.#expect(other as FakePeer, content);
    }
  }

  /** Everything a person can ask for, against what the model says. */
  async #checkReading(who: string, peer: FakePeer): Promise<void> {
    const model = this.#model;
    const contents = (line: Line | undefined) =>
      ((line?.["messages"] ?? []) as Line[]).map((message) => message["content"] as string);
    const wanted = (said: readonly Said[]) => said.map(({ content }) => content);
    for (const channel of ROOMS) {
      const reply = await this.#ask(peer, { type: "history", channel, limit: 200 });
      assert.deepEqual(contents(reply), wanted(model.readable(who, channel)), `${who} ${channel}`);
      if (!model.mayRead(who, channel)) assert.equal(reply?.["code"], "forbidden");
      const found = await this.#ask(peer, { type: "search", query: "mot", channel, limit: 50 });
      assert.deepEqual(contents(found).reverse(), wanted(model.readable(who, channel)).slice(-50));
      const users = await this.#ask(peer, { type: "users", channel });
      assert.equal(users?.["type"] === "users", model.mayRead(who, channel));
    }
    const listed = await this.#ask(peer, { type: "channels" });
    assert.deepEqual(
      new Set((listed!["channels"] as Line[]).map(({ name }) => name)),
      new Set(ROOMS.filter((channel) => model.isAdmitted(who, channel))),
    );
    const all = ROOMS.flatMap((channel) => model.readable(who, channel));
    if (who !== "gus") {
      for (const said of model.said) {
        if (said.to !== undefined && said.heardBy.has(who) && !said.deleted) all.push(said);
      }
    }
    const found = await this.#ask(peer, { type: "search", query: "mot", limit: 50 });
    const newest = all.sort((a, b) => b.id - a.id).slice(0, 50);
    assert.deepEqual(contents(found), wanted(newest), `${who} searches`);
    for (const { name: other } of CAST) {
      const reply = await this.#ask(peer, { type: "history", with: other, limit: 200 });
      const between = model.said.filter(({ to, from, deleted }) =>
        !deleted && (to === other && from === who || to === who && from === other)
      );
      assert.deepEqual(contents(reply), who === "gus" ? [] : wanted(between), `${who}, ${other}`);
    }
  }

  /** Takes the membership that the chat has for somebody, where it may have it. */
  #follow(who: string): void {
    const { channels, roster } = this.#chat.services;
    const user = roster.find(nameKey(who));
    if (user === undefined) return;
    const now = new Set(channels.of(user).map(({ channel }) => channel.name));
    for (const name of ROOMS) {
      const { members } = this.#model.room(name);
      if (now.has(name) && !members.has(who)) {
        assert.ok(this.#model.mayJoin(who, name), `${who} got into ${name}`);
        members.add(who);
      } else if (!now.has(name)) members.delete(who);
    }
  }

  #restrict(name: string, to: readonly string[]): void {
    if (name === GENERAL) return;
    const { services } = this.#chat;
    const accounts = to.filter((each) => each !== "gus");
    this.#chat.turn();
    services.channels.change(services.channels.find(name)!, { roles: [], accounts });
    evictUnadmitted(services);
    const model = this.#model.room(name);
    model.admitted = accounts.length === 0 ? undefined : new Set(accounts);
    for (const who of [...model.members]) {
      if (this.#model.online.has(who) && !this.#model.isAdmitted(who, name)) {
        model.members.delete(who);
        this.#follow(who);
      }
    }
  }

  #cutOff(who: string): void {
    for (const [peer, name] of [...this.#joined]) {
      if (name !== who) continue;
      assert.ok(peer.closed);
      this.#joined.delete(peer);
    }
    this.#model.exit(who);
  }

  #drop(peer: FakePeer): void {
    peer.close("client");
    peer.consumer.ended("client");
  }

  #left(peer: FakePeer, who: string): void {
    if (!this.#joined.delete(peer)) return;
    if (![...this.#joined.values()].includes(who)) this.#model.exit(who);
  }

  readonly #due = new Map<FakePeer, string[]>();

  #expect(peer: FakePeer, content: string): void {
    this.#due.set(peer, [...this.#due.get(peer) ?? [], content]);
  }

  async #ask(peer: FakePeer, request: Line): Promise<Line | undefined> {
    this.#receive(peer);
    const ref = `r${++this.#ref}`;
    await peer.say({ ...request, ref });
    this.#chat.turn();
    const lines = peer.take();
    this.#read(peer, lines);
    return lines.find((line) => line["ref"] === ref);
  }

  #receiveAll(): void {
    for (const peer of this.#peers.values()) this.#receive(peer);
  }

  #receive(peer: FakePeer): void {
    this.#read(peer, peer.take());
  }

  /** Looks at what came by itself: it must be for its recipient, and come once. */
  #read(peer: FakePeer, lines: readonly Line[]): void {
    const who = this.#joined.get(peer);
    for (const line of lines) {
      if (line["type"] !== "message" || line["from"] === "ClassCord") continue;
      const content = line["content"] as string;
      const isCopy = who !== undefined && line["from"] === who && line["to"] !== who;
      if (line["subtype"] === "private" && !isCopy) {
        const name = who ?? String(line["to"]);
        const said = this.#model.said.find((each) => each.content === content);
        if (said !== undefined) assert.equal(said.to, name, `${name} got ${content}`);
        else assert.equal(line["to"], name);
        this.#private.set(name, [...this.#private.get(name) ?? [], content]);
      } else {
        const received = this.#received.get(peer) ?? [];
        assert.ok(!received.includes(content), `${who} got ${content} twice`);
        this.#received.set(peer, [...received, content]);
      }
    }
  }

  /** Roster, channels, sessions and model tell the same. */
  #checkAgreement(): void {
    const { roster, channels, sessions } = this.#chat.services;
    const online = [...roster.users];
    assert.deepEqual(new Set(online.map(({ name }) => name)), this.#model.online);
    for (const { channel, members } of channels.list()) {
      const here = new Set([...members].map(({ name }) => name));
      const { members: model } = this.#model.room(channel.name);
      assert.deepEqual(
        here,
        new Set([...model].filter((name) => this.#model.online.has(name))),
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

function isOk(line: Line | undefined): boolean {
  return line?.["status"] === "ok";
}
