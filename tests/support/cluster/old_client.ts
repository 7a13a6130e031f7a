// A client of the kind that was written years ago: it sends no `ref` and no `hello`, and cannot reconnect.
import assert from "node:assert/strict";
import type { Line } from "../client.ts";
import { PASSWORD } from "./citizen.ts";
import { Wire } from "./wire.ts";

const REPLIES = ["users", "register", "login"];

/** An old client. It sends to everybody. */
export class OldClient {
  readonly name: string;
  #wire: Wire | undefined;
  #wake = () => {};
  #sent = 0;
  readonly #replies: Line[] = [];
  /** The contents of the messages that it has received, in order. */
  readonly shown: string[] = [];
  /** All other lines that it has received, but the replies to its requests. */
  readonly others: Line[] = [];

  private constructor(name: string) {
    this.name = name;
  }

  /** Enters as a guest, with the first lines that clients of kind A send. */
  static async guest(port: number, name: string): Promise<OldClient> {
    const client = await OldClient.#connect(port, name);
    await client.#send({
      type: "message",
      subtype: "global",
      from: name,
      to: "global",
      content: "",
    });
    await client.users();
    return client;
  }

  /** Registers and logs in over one connection, as clients of kind B do. */
  static async member(port: number, name: string): Promise<OldClient> {
    const client = await OldClient.#connect(port, name);
    for (const type of ["register", "login"]) {
      const reply = await client.#ask({ type, username: name, password: PASSWORD });
      assert.deepEqual([reply["type"], reply["status"]], [type, "ok"]);
    }
    await client.users();
    return client;
  }

  static async #connect(port: number, name: string): Promise<OldClient> {
    const client = new OldClient(name);
    client.#wire = await Wire.connect(port, (line) => client.#received(line));
    client.#wire.ended.then(() => client.#wake());
    return client;
  }

  /** Whether its connection has ended. */
  get isLost(): boolean {
    return this.#wire?.isLost ?? false;
  }

  /** The contents of the messages that it has sent. */
  get sent(): string[] {
    return Array.from({ length: this.#sent }, (_, at) => `${this.name} ${at + 1}`);
  }

  /** Sends a message. Nothing answers it. */
  async say(): Promise<void> {
    const content = `${this.name} ${++this.#sent}`;
    await this.#send({
      type: "message",
      subtype: "global",
      from: this.name,
      to: "global",
      content,
    });
  }

  /** Asks who is online. */
  async users(): Promise<string[]> {
    return (await this.#ask({ type: "users" }))["users"] as string[];
  }

  /** Waits until it has received this many messages. */
  async hasShown(count: number): Promise<void> {
    await this.#until(() => this.shown.length >= count);
  }

  async close(): Promise<void> {
    await this.#wire?.close();
  }

  #received(line: Line): void {
    const type = String(line["type"]);
    if (type === "message") this.shown.push(String(line["content"]));
    else if (REPLIES.includes(type)) this.#replies.push(line);
    else this.others.push(line);
    this.#wake();
  }

  async #send(line: Line): Promise<void> {
    await this.#wire!.send(line);
  }

  async #ask(line: Line): Promise<Line> {
    const { length } = this.#replies;
    await this.#send(line);
    await this.#until(() => this.#replies.length > length);
    return this.#replies[length]!;
  }

  async #until(met: () => boolean): Promise<void> {
    while (!met()) {
      assert.ok(!this.isLost, `the connection of ${this.name} has ended`);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
