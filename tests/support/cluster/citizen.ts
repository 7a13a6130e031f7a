// A client that notes each request with its reply, and comes back at another node if its connection ends.
import { setImmediate } from "node:timers/promises";
import assert from "node:assert/strict";
import { Pause } from "../../../lib/cluster/nats/pause.ts";
import type { Line } from "../client.ts";
import { Wire } from "./wire.ts";

/** A request, and its reply if one has arrived. */
export interface Asked {
  readonly request: Line;
  reply?: Line;
}

/** One connection of a citizen. */
export interface Life {
  readonly wire: Wire;
  /** The `ref` of its first request. No other connection has it. */
  readonly mark: string;
  /** The messages that it received. */
  readonly heard: Line[];
  readonly waiting: Map<string, (reply: Line | undefined) => void>;
  readonly asked: Asked[];
}

/** How a citizen enters. */
export interface CitizenParts {
  /** Begins all that the citizen writes. No other citizen has it. */
  readonly key: string;
  /** Whether it logs in to an account with this name; otherwise it is a guest. */
  readonly isMember: boolean;
  /** Waits for a node that runs. Returns its port. */
  readonly port: () => Promise<number>;
}

const RETRY_MS = 50;
const BUSY_MS = 500;
const REPLY_MS = 120_000;
/** The password of all accounts of a test. */
export const PASSWORD = "1234";

/** A citizen. */
export class Citizen {
  readonly #parts: CitizenParts;
  readonly #lives: Life[] = [];
  #entering: Promise<void> | undefined;
  #count = 0;
  /** The name that it has at present. */
  name: string;

  private constructor(parts: CitizenParts) {
    this.#parts = parts;
    this.name = parts.key;
  }

  static async enter(parts: CitizenParts): Promise<Citizen> {
    const citizen = new Citizen(parts);
    await citizen.#enter();
    return citizen;
  }

  get key(): string {
    return this.#parts.key;
  }

  /** Its connections, the present one last. */
  get lives(): readonly Life[] {
    return this.#lives;
  }

  /** All that it has asked. */
  get asked(): Asked[] {
    return this.#lives.flatMap(({ asked }) => asked);
  }

  /** Returns a text that it has not used yet. */
  next(): string {
    return `${this.key} ${++this.#count}`;
  }

  /** Sends a request. @returns Its reply; `undefined` if the connection ended before. */
  async ask(request: Line): Promise<Line | undefined> {
    await this.#enter();
    return await this.#ask(this.#lives.at(-1)!, request);
  }

  /** Sends a request and returns its reply, at another node if the connection ends before. Tries again while it is busy. */
  async know(request: Line): Promise<Line> {
    for (;;) {
      const reply = await this.ask(request);
      if (reply !== undefined && !isBusy(reply)) return reply;
      await new Pause().begin(BUSY_MS);
    }
  }

  /** Waits until it has received everything that its leader has caused until now. */
  async sync(): Promise<void> {
    // A node that is cut off does not answer this by itself, and nobody receives it.
    await this.know({ type: "message", content: "" });
  }

  async close(): Promise<void> {
    for (const { wire } of this.#lives) await wire.close();
  }

  /** Enters, unless it has entered. */
  async #enter(): Promise<void> {
    while (this.#lives.at(-1)?.wire.isLost ?? true) {
      this.#entering ??= this.#tryToEnter().finally(() => this.#entering = undefined);
      await this.#entering;
    }
  }

  async #tryToEnter(): Promise<void> {
    const life = await this.#connect();
    if (life === undefined) return await new Pause().begin(RETRY_MS);
    const { key, isMember } = this.#parts;
    const reply = await this.#ask(
      life,
      isMember
        ? { type: "login", username: key, password: PASSWORD }
        : { type: "message", from: key, content: "" },
    );
    if (isBusy(reply)) {
      await life.wire.close();
      return await new Pause().begin(BUSY_MS);
    }
    this.#lives.push(life);
    if (reply === undefined) return;
    assert.ok(reply["type"] !== "error", `${key} cannot enter: ${JSON.stringify(reply)}`);
    this.name = String(reply["name"] ?? key);
  }

  async #connect(): Promise<Life | undefined> {
    const port = await this.#parts.port();
    const life = {
      mark: `${this.next()} in`,
      heard: [] as Line[],
      waiting: new Map<string, (reply: Line | undefined) => void>(),
      asked: [],
    };
    const wire = await Wire.connect(port, (line) => {
      const { type, ref } = line;
      if (type === "message") life.heard.push(line);
      if (typeof ref !== "string") return;
      const waiting = life.waiting.get(ref);
      assert.ok(waiting !== undefined, `${this.key}: a second reply ${JSON.stringify(line)}`);
      life.waiting.delete(ref);
      waiting(line);
    }).catch(() => undefined);
    return wire && { ...life, wire };
  }

  async #ask(life: Life, request: Line): Promise<Line | undefined> {
    const { wire, waiting, asked } = life;
    const ref = asked.length === 0 ? life.mark : this.next();
    const noted: Asked = { request };
    asked.push(noted);
    const replied = Promise.withResolvers<Line | undefined>();
    waiting.set(ref, replied.resolve);
    wire.ended.then(() => replied.resolve(undefined));
    const timer = setTimeout(
      () => replied.reject(new Error(`${this.key}: no reply to ${JSON.stringify(request)}`)),
      REPLY_MS,
    );
    await wire.send({ ...request, ref });
    try {
      const reply = await replied.promise;
      // Lines that follow in the same read are heard first.
      await setImmediate();
      if (reply !== undefined) noted.reply = reply;
      return reply;
    } finally {
      clearTimeout(timer);
    }
  }
}

function isBusy(reply: Line | undefined): boolean {
  return reply?.["code"] === "busy";
}
