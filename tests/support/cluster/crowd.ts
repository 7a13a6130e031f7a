// Users at all nodes of a cluster who do everything at random: messages, mail, registrations, channels, moderation.
import { Pause } from "../../../lib/cluster/nats/pause.ts";
import type { ServerProcess } from "../process.ts";
import { Client, type Line } from "../client.ts";
import { Citizen, PASSWORD } from "./citizen.ts";

/** Accounts that are never online while others work. */
export const BOXES = ["box0", "box1"];
const MEMBERS = ["m0", "m1", "m2", "m3", "m4"];
const GUESTS = ["g0", "g1", "g2", "g3"];
const BOSS = "boss";
const KINDS_OF_MODERATION = 8;
const CHANNELS = ["#c0", "#c1", "#c2"];
/** Requests of one citizen that wait for their replies at the same time. */
const AT_ONCE = 3;
/** Between a reply and the next request. The load must not hide what the losses cause. */
const PAUSE_MS = 200;

/** The nodes of a cluster, as a crowd sees them. */
export interface Homes {
  /** A node that runs. */
  readonly node: ServerProcess;
  /** Waits until a node runs: the preferred one, or another one. Returns its port. */
  readonly port: (preferred: number) => Promise<number>;
}

/** The users. */
export class Crowd {
  readonly citizens: Citizen[] = [];
  readonly #random: () => number;
  /** Messages that a moderator has deleted, perhaps. */
  readonly deleted = new Set<number>();
  #done = 0;
  #moderated = 0;
  #works = false;
  #wake: (() => void)[] = [];

  private constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** Creates the accounts, and enters with all users. */
  static async enter({ node, port }: Homes, seed: number): Promise<Crowd> {
    const crowd = new Crowd(seed);
    const client = await Client.connect(node.port);
    for (const username of [BOSS, ...MEMBERS, ...BOXES]) {
      await client.ask({ type: "register", username, password: PASSWORD });
    }
    await client.close();
    await using operator = await Client.operator(`${node.dataDir}/admin.sock`);
    await operator.ask({ type: "user_role", user: BOSS, role: "moderator" });
    for (const [at, key] of [BOSS, ...MEMBERS, ...GUESTS].entries()) {
      const isMember = !GUESTS.includes(key);
      crowd.citizens.push(await Citizen.enter({ key, isMember, port: () => port(at) }));
    }
    for (const channel of CHANNELS) await crowd.boss.know({ type: "join", channel });
    for (let each = 0; each < KINDS_OF_MODERATION; each++) await crowd.#moderate();
    return crowd;
  }

  /** The moderator. */
  get boss(): Citizen {
    return this.citizens[0]!;
  }

  /** How many requests were answered, or lost with a connection. */
  get done(): number {
    return this.#done;
  }

  /** Works while something else happens. */
  async during(losses: () => Promise<void>): Promise<void> {
    this.#works = true;
    const lanes = this.citizens.flatMap((citizen) =>
      Array.from({ length: AT_ONCE }, () => this.#work(citizen))
    );
    try {
      await Promise.race([losses(), Promise.all(lanes)]);
    } finally {
      this.#works = false;
    }
    await Promise.all(lanes);
  }

  /** Waits until some more things are done. */
  async doneMore(count: number): Promise<void> {
    const wanted = this.#done + count;
    while (this.#done < wanted) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  async close(): Promise<void> {
    for (const citizen of this.citizens) await citizen.close();
  }

  async #work(citizen: Citizen): Promise<void> {
    const pause = new Pause();
    while (this.#works) {
      await this.#act(citizen);
      this.#done++;
      for (const wake of this.#wake.splice(0)) wake();
      await pause.begin(PAUSE_MS);
    }
  }

  async #act(citizen: Citizen): Promise<void> {
    if (citizen === this.boss && this.#random() < 0.5) return await this.#moderate();
    const channel = this.#pick(CHANNELS);
    const content = citizen.next();
    const actions: (() => Line)[] = [
      () => ({ type: "message", content, channel: "#général" }),
      () => ({ type: "message", content, channel: "#général" }),
      () => ({ type: "message", content, channel: "#général", nonce: content }),
      () => ({ type: "message", content, channel }),
      () => ({ type: "message", content, channel }),
      () => ({ type: "message", content, to: this.#pick(this.citizens).name }),
      () => ({ type: "message", content, to: this.#pick(BOXES) }),
      () => ({ type: "join", channel }),
      () => ({ type: "leave", channel }),
      () => ({ type: "status", state: content }),
      () => ({ type: "history", channel: "#général", limit: 5 }),
      () => this.#random() < 0.5 ? registration(content) : { type: "users" },
    ];
    await citizen.ask(this.#pick(actions)());
  }

  async #moderate(): Promise<void> {
    const user = this.#pick(MEMBERS);
    const channel = this.#pick(CHANNELS);
    const actions: (() => Line)[] = [
      () => ({ type: "mute", user }),
      () => ({ type: "unmute", user }),
      () => ({ type: "unmute", user: this.#pick(MEMBERS) }),
      () => ({ type: "kick", user, channel }),
      () => ({ type: "topic", channel, topic: this.boss.next() }),
      () => ({ type: "close_channel", channel }),
      () => ({ type: "open_channel", channel }),
      () => this.#deletion(),
    ];
    await this.boss.ask(actions[this.#moderated++ % actions.length]!());
  }

  #deletion(): Line {
    const ids = this.citizens.flatMap(({ asked }) => asked.slice(-5))
      .flatMap(({ request, reply }) =>
        request["to"] === undefined ? Number(reply?.["id"] ?? 0) : []
      );
    const id = Math.max(1, ...ids);
    this.deleted.add(id);
    return { type: "delete", id };
  }

  #pick<T>(things: readonly T[]): T {
    return things[Math.floor(this.#random() * things.length)]!;
  }
}

function registration(content: string): Line {
  return { type: "register", username: `new ${content}`, password: PASSWORD };
}

/** Random numbers from 0 to 1 that a seed decides (mulberry32). */
function randomFrom(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
