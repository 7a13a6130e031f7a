// A student whose client runs within the test: a small client of lines, as in the field, with or without faults.
import type { Finding } from "../../lib/check_client/checks.ts";
import type { Credentials, Interview, Question, Step } from "../../lib/check_client/interview.ts";

/** How the client works. */
export interface ClientWays {
  /** How it joins without an account: by an empty message, or by its first one after it has asked who is online. */
  readonly isGuest?: "by empty message" | "by first message";
  /** How it writes text. The default is UTF-8. */
  readonly encode?: (text: string) => Uint8Array;
  /** It closes its connection when a login fails. */
  readonly closesAfterFailure?: boolean;
  /** It shows errors. Clients from before the protocol page show messages only. */
  readonly showsErrors?: boolean;
}

/** A student with such a client. It writes as old clients do: with `from`, without `ref`. */
export class PlayedStudent implements Interview {
  readonly findings: Finding[] = [];
  readonly #port: number;
  readonly #ways: ClientWays;
  readonly #reading: Promise<void>[] = [];
  #conn: Deno.Conn | undefined;
  #name = "";
  #typed = "";
  #shown: string[] = [];
  #hasEnded = false;
  #wake = () => {};
  #work: Promise<void> = Promise.resolve();
  #login: PromiseWithResolvers<boolean> | undefined;

  constructor(port: number, ways: ClientWays = {}) {
    this.#port = port;
    this.#ways = ways;
  }

  scene(): void {}

  tell({ start, fill, type, enter = true }: Step): void {
    // One after the other, as a student does it.
    this.#work = this.#work.then(async () => {
      if (start) await this.#start();
      if (fill !== undefined) await this.#enter(fill);
      if (type !== undefined) this.#typed += type;
      if (type === undefined && !(start === undefined && fill === undefined)) return;
      if (!enter || this.#typed === "") return;
      await this.#say(this.#typed);
      this.#typed = "";
    });
  }

  async ask({ key, shown = [] }: Question): Promise<boolean> {
    await this.#work;
    switch (key) {
      case "seen":
        await this.#until(() => shown.every((text) => this.#times(text) > 0));
        return shown.every((text) => this.#times(text) === 1);
      case "told_refusal":
        await this.#until(() => this.#times("Trop vite.") > 0);
        return true;
      case "told_end":
        await this.#until(() => this.#hasEnded);
        return true;
      case "asked_again":
      case "channels":
      case "several_lines":
        return false;
      default:
        return true;
    }
  }

  onSkip(): () => void {
    return () => {};
  }

  found(finding: Finding): void {
    this.findings.push(finding);
  }

  /** Ends the client. */
  async close(): Promise<void> {
    await this.#work;
    this.#end();
    await Promise.all(this.#reading);
  }

  async #start(): Promise<void> {
    this.#end();
    await this.#connect();
  }

  async #connect(): Promise<void> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
    this.#conn = conn;
    this.#shown = [];
    this.#hasEnded = false;
    this.#reading.push(this.#read(conn));
  }

  #end(): void {
    try {
      this.#conn?.close();
    } catch {
      // The program has closed it already.
    }
    this.#conn = undefined;
  }

  async #enter({ name, password, isNew }: Credentials): Promise<void> {
    this.#name = name;
    if (this.#ways.isGuest === "by first message") return await this.#send({ type: "users" });
    if (this.#ways.isGuest !== undefined) {
      return await this.#send({ type: "message", from: name, to: "global", content: "" });
    }
    if (this.#conn === undefined) await this.#connect();
    if (isNew) {
      await this.#ask({ type: "register", username: name, password });
    }
    const isIn = await this.#ask({ type: "login", username: name, password });
    if (isIn) await this.#send({ type: "users" });
    else if (this.#ways.closesAfterFailure) this.#end();
  }

  async #ask(request: object): Promise<boolean> {
    const login = Promise.withResolvers<boolean>();
    this.#login = login;
    await this.#send(request);
    return await login.promise;
  }

  async #say(content: string): Promise<void> {
    const message = { type: "message", subtype: "global", from: this.#name, to: "global", content };
    await this.#send(message);
    this.#show(content);
  }

  async #send(request: object): Promise<void> {
    const encode = this.#ways.encode ?? ((text) => new TextEncoder().encode(text));
    await this.#conn?.write(encode(`${JSON.stringify(request)}\n`));
  }

  async #read(conn: Deno.Conn): Promise<void> {
    let rest = "";
    const buffer = new Uint8Array(4096);
    try {
      for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
        const lines = (rest + new TextDecoder().decode(buffer.subarray(0, count))).split("\n");
        rest = lines.pop()!;
        for (const line of lines) this.#take(JSON.parse(line));
      }
    } catch {
      // It was closed here.
    }
    if (conn !== this.#conn) return;
    this.#hasEnded = true;
    this.#login?.resolve(false);
    this.#wake();
  }

  #take(line: Record<string, unknown>): void {
    const { type } = line;
    if (type === "login" || type === "register") {
      this.#name = typeof line["username"] === "string" ? line["username"] : this.#name;
      this.#login?.resolve(true);
    } else if (type === "error" && /login|register/.test(String(line["request"]))) {
      this.#login?.resolve(false);
    } else if (type === "message") this.#show(String(line["content"]));
    else if (type === "error" && this.#ways.showsErrors) this.#show(String(line["message"]));
  }

  #show(text: string): void {
    this.#shown.push(text);
    this.#wake();
  }

  #times(text: string): number {
    return this.#shown.filter((each) => each.includes(text)).length;
  }

  async #until(met: () => boolean): Promise<void> {
    while (!met() && !this.#hasEnded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}
