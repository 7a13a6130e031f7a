// The steps of the property test. Each runs in the real chat and in the model.
import assert from "node:assert/strict";
import { evictUnadmitted } from "../../lib/chat/conversation/membership.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import type { FakePeer, Line } from "./fakes.ts";
import { CAST, ROOMS, type Said } from "./model.ts";
import { Stage, type Theatre } from "./stage.ts";

const GENERAL = ROOMS[0];

/** A step of a person. */
export interface Step {
  readonly do: string;
  readonly who?: string;
  readonly whom?: string;
  readonly connection?: number;
  readonly room?: string;
  readonly nth?: number;
  readonly to?: readonly string[];
}

/** Runs steps on a stage. */
export class Play {
  readonly #stage: Stage;

  /** @param theatre See {@linkcode Stage}. */
  constructor(theatre?: Theatre) {
    this.#stage = new Stage(theatre);
  }

  async run(step: Step): Promise<void> {
    if (step.do === "turn") await this.#stage.turn();
    else if (step.do === "takeOver") await this.#stage.takeOver();
    else if (step.do === "giveUp") await this.#stage.giveUp(step.nth!);
    else if (step.do === "restrict") await this.#restrict(step.room!, step.to!);
    else await this.#act(step, step.who!, this.#stage.peer(step.who!, step.connection!));
    await this.#stage.settle();
    this.#stage.receiveAll();
    this.#stage.checkAgreement();
  }

  /** Checks at the end that everyone has received all their messages and may read what the model says. */
  async end(): Promise<void> {
    await this.#stage.turn();
    this.#stage.receiveAll();
    for (const { name } of CAST) {
      for (const number of [0, 1]) {
        const peer = this.#stage.peer(name, number);
        if (this.#stage.joined.get(peer) !== undefined) await this.#checkReading(name, peer);
      }
    }
    for (const { name, role } of CAST) {
      if (role === "guest" || this.#stage.model.banned.has(name)) continue;
      await this.#act({ do: "enter" }, name, this.#stage.peer(name, 0));
      await this.#stage.turn();
      this.#stage.receiveAll();
      const expected = this.#stage.model.said.filter(({ to, from, deleted }) =>
        to === name && from !== name && !deleted
      );
      const got = this.#stage.privately.get(name) ?? [];
      for (const { content, kept } of expected) {
        assert.ok(got.includes(content), `${name} never got ${content}`);
        if (kept) assert.equal(got.indexOf(content), got.lastIndexOf(content), `${content} twice`);
      }
    }
    this.#stage.chat.database.close();
  }

  async #act(step: Step, who: string, peer: FakePeer): Promise<void> {
    const model = this.#stage.model;
    const isHere = this.#stage.joined.get(peer) !== undefined;
    switch (step.do) {
      case "enter": {
        if (isHere) return;
        // A guest with two connections would be two guests.
        if (who === "gus" && model.online.has(who)) return;
        const line = who === "gus"
          ? { type: "message", from: who, content: "" }
          : { type: "login", username: who, password: "1234" };
        const reply = await this.#stage.ask(peer, line);
        if (model.banned.has(who)) {
          assert.equal(reply?.["code"], "banned");
          return;
        }
        assert.ok(reply?.["type"] === "login" || reply?.["type"] === "ack", JSON.stringify(reply));
        this.#stage.joined.set(peer, who);
        model.enter(who);
        return;
      }
      case "logout":
        await this.#stage.ask(peer, { type: "logout" });
        return this.#left(peer, who);
      case "drop":
        this.#drop(peer);
        return this.#left(peer, who);
      case "join": {
        const reply = await this.#stage.ask(peer, { type: "join", channel: step.room });
        const may = isHere &&
          (model.isIn(who, step.room!)
            ? model.isAdmitted(who, step.room!)
            : model.mayJoin(who, step.room!));
        assert.equal(isOk(reply), may, `${who} joins ${step.room}: ${JSON.stringify(reply)}`);
        if (may) model.room(step.room!).members.add(who);
        return;
      }
      case "leave": {
        const reply = await this.#stage.ask(peer, { type: "leave", channel: step.room });
        const may = isHere && model.isIn(who, step.room!);
        assert.equal(isOk(reply), may, `${who} leaves ${step.room}: ${JSON.stringify(reply)}`);
        if (may) model.room(step.room!).members.delete(who);
        return this.#follow(who);
      }
      case "move":
        await this.#stage.say(peer, { type: "message", content: `/join ${step.room}` });
        if (!isHere) {
          // It was the first message of a nameless guest.
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
        const reply = await this.#stage.ask(peer, { type: "kick", user: whom, channel });
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
        const reply = await this.#stage.ask(peer, { type: "kick", user: whom });
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
        const reply = await this.#stage.ask(peer, { type: "ban", user: whom });
        const may = isHere && model.mayAct(who, whom) &&
          (whom !== "gus" || model.online.has(whom));
        assert.equal(isOk(reply), may, `${who} bans ${whom}: ${JSON.stringify(reply)}`);
        if (!may) return;
        model.banned.add(whom);
        return this.#cutOff(whom);
      }
      case "unban": {
        const whom = step.whom!;
        const reply = await this.#stage.ask(peer, { type: "unban", user: whom });
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
        const reply = await this.#stage.ask(peer, {
          type: `${step.do}_channel`,
          channel: step.room,
        });
        const may = isHere && model.isModerator(who) && model.isAdmitted(who, step.room!);
        assert.equal(isOk(reply), may, `${who} ${step.do}s: ${JSON.stringify(reply)}`);
        if (may) model.room(step.room!).closed = step.do === "close";
        return;
      }
      case "delete": {
        const said = model.said[step.nth!];
        const reply = await this.#stage.ask(peer, { type: "delete", id: said?.id ?? 999 });
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
    const model = this.#stage.model;
    if (this.#stage.joined.get(peer) === undefined) return;
    const content = `mot ${model.said.length}`;
    const reply = await this.#stage.ask(peer, { type: "message", channel, content });
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
    for (const [other, name] of this.#stage.joined) {
      if (other !== peer && heardBy.has(name)) this.#stage.expect(other, content);
    }
  }

  async #whisper(peer: FakePeer, who: string, whom: string): Promise<void> {
    if (this.#stage.joined.get(peer) === undefined) return;
    const content = `mot ${this.#stage.model.said.length}`;
    const reply = await this.#stage.ask(peer, { type: "private", to: whom, content });
    if (whom === "gus" && !this.#stage.model.online.has("gus")) {
      assert.equal(reply?.["code"], "unknown_user");
      return;
    }
    assert.equal(reply?.["type"], "ack", JSON.stringify(reply));
    const id = reply!["id"] as number;
    const heardBy = new Set([who, whom]);
    this.#stage.model.said.push({
      id,
      content,
      from: who,
      channel: undefined,
      to: whom,
      heardBy,
      kept: !this.#stage.model.online.has(whom),
      deleted: false,
    });
    if (whom === who) return;
    for (const { id: number, modern } of this.#stage.chat.services.sessions) {
      const other = this.#stage.numbered(number);
      const isOther = other !== peer && this.#stage.joined.get(other) === who;
      if (isOther && modern) this.#stage.expect(other, content);
    }
  }

  /** Compares everything that a person can request with the model. */
  async #checkReading(who: string, peer: FakePeer): Promise<void> {
    const model = this.#stage.model;
    const contents = (line: Line | undefined) =>
      ((line?.["messages"] ?? []) as Line[]).map((message) => message["content"] as string);
    const wanted = (said: readonly Said[]) => said.map(({ content }) => content);
    for (const channel of ROOMS) {
      const reply = await this.#stage.ask(peer, { type: "history", channel, limit: 200 });
      assert.deepEqual(contents(reply), wanted(model.readable(who, channel)), `${who} ${channel}`);
      if (!model.mayRead(who, channel)) assert.equal(reply?.["code"], "forbidden");
      const found = await this.#stage.ask(peer, {
        type: "search",
        query: "mot",
        channel,
        limit: 50,
      });
      assert.deepEqual(contents(found).reverse(), wanted(model.readable(who, channel)).slice(-50));
      const users = await this.#stage.ask(peer, { type: "users", channel });
      assert.equal(users?.["type"] === "users", model.mayRead(who, channel));
    }
    const listed = await this.#stage.ask(peer, { type: "channels" });
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
    const found = await this.#stage.ask(peer, { type: "search", query: "mot", limit: 50 });
    const newest = all.sort((a, b) => b.id - a.id).slice(0, 50);
    assert.deepEqual(contents(found), wanted(newest), `${who} searches`);
    for (const { name: other } of CAST) {
      const reply = await this.#stage.ask(peer, { type: "history", with: other, limit: 200 });
      const between = model.said.filter(({ to, from, deleted }) =>
        !deleted && (to === other && from === who || to === who && from === other)
      );
      assert.deepEqual(contents(reply), who === "gus" ? [] : wanted(between), `${who}, ${other}`);
    }
  }

  /** Copies to the model a membership of the chat that is optional for a person. */
  #follow(who: string): void {
    const { channels, roster } = this.#stage.chat.services;
    const user = roster.find(nameKey(who));
    if (user === undefined) return;
    const now = new Set(channels.of(user).map(({ channel }) => channel.name));
    for (const name of ROOMS) {
      const { members } = this.#stage.model.room(name);
      if (now.has(name) && !members.has(who)) {
        assert.ok(this.#stage.model.mayJoin(who, name), `${who} got into ${name}`);
        members.add(who);
      } else if (!now.has(name)) members.delete(who);
    }
  }

  async #restrict(name: string, to: readonly string[]): Promise<void> {
    if (name === GENERAL) return;
    const accounts = to.filter((each) => each !== "gus");
    await this.#stage.turn();
    const { services } = this.#stage.chat;
    services.channels.change(services.channels.find(name)!, { roles: [], accounts });
    evictUnadmitted(services);
    const model = this.#stage.model.room(name);
    model.admitted = accounts.length === 0 ? undefined : new Set(accounts);
    for (const who of [...model.members]) {
      if (this.#stage.model.online.has(who) && !this.#stage.model.isAdmitted(who, name)) {
        model.members.delete(who);
        this.#follow(who);
      }
    }
  }

  #cutOff(who: string): void {
    for (const [peer, name] of [...this.#stage.joined]) {
      if (name !== who) continue;
      assert.ok(peer.closed);
      this.#stage.joined.delete(peer);
    }
    this.#stage.model.exit(who);
  }

  #drop(peer: FakePeer): void {
    peer.close("client");
    peer.consumer.ended("client");
  }

  #left(peer: FakePeer, who: string): void {
    const { joined, model } = this.#stage;
    if (joined.delete(peer) && ![...joined.values()].includes(who)) model.exit(who);
  }
}

function isOk(line: Line | undefined): boolean {
  return line?.["status"] === "ok";
}
