// The clients A to I as raw sockets: how each joins, writes and encodes. They never ping, as the real ones do not.
import { Client, type Line } from "../../tests/support/client.ts";
import { tokensIn } from "./ledger.ts";

/** A kind of client, and the name of its user. */
export interface Kind {
  readonly letter: string;
  readonly name: string;
  /** The account and how it comes to be; without it, the user is a guest. */
  readonly password?: string;
  readonly registers?: boolean;
}

const FRENCH_WINDOWS = "DEH";
const SENDS_FROM = "ABCD";
/** Clients that send `users` once their window is open. */
const LISTS_USERS = "ABCDEH";
/** Types that old clients understand. */
const KNOWN = new Set(["message", "status", "users", "who", "register", "login", "error"]);

/** One client. It may close its connection and come back. */
export class OldClient {
  readonly kind: Kind;
  /** The parts of the lesson that it missed. */
  readonly missed = new Set<string>();
  readonly #port: number;
  readonly #received: Uint8Array[] = [];
  #client: Client | undefined;

  constructor(kind: Kind, port: number) {
    this.kind = kind;
    this.#port = port;
  }

  /** The letter and the name. */
  get title(): string {
    return `client ${this.kind.letter} (${this.kind.name})`;
  }

  /** Connects, and joins as this client does. C, D and F join with their first message. */
  async join(): Promise<void> {
    const { letter, name, password, registers } = this.kind;
    const isBack = this.#received.length > 0;
    const client = this.#client = await Client.connect(this.#port);
    if (password !== undefined) {
      if (registers && !isBack) {
        await this.#send({ type: "register", username: name, password });
        await this.#reply("register");
      }
      await this.#send({ type: "login", username: name, password });
      await this.#reply("login");
      if (FRENCH_WINDOWS.includes(letter)) {
        await this.#send({ type: "status", user: name, state: "online" });
      }
    } else if (letter === "A") {
      await this.#send({
        subtype: "global",
        from: name,
        to: "global",
        type: "message",
        content: "",
      });
    }
    if (!LISTS_USERS.includes(letter)) return;
    await this.#send({ type: "users" });
    await client.find(({ type }) => type === "users");
  }

  /** Writes to everybody. */
  async say(content: string): Promise<void> {
    const { letter, name } = this.kind;
    if (letter === "F" || letter === "I") return await this.#send({ type: "message", content });
    if (letter === "G") {
      return await this.#send({ type: "message", channel: "#général", content, from: name });
    }
    const from = SENDS_FROM.includes(letter) ? { from: name } : {};
    const to = letter === "A" ? {} : { to: "global" };
    await this.#send({ subtype: "global", ...from, ...to, type: "message", content });
  }

  /** Writes to one person. */
  async tell(to: string, content: string): Promise<void> {
    const { letter, name } = this.kind;
    if (letter === "G") return await this.#send({ type: "private", to, content });
    const from = SENDS_FROM.includes(letter) ? { from: name } : {};
    await this.#send({ subtype: "private", ...from, to, type: "message", content });
  }

  /** Waits for a message whose content matches. */
  async sees(content: RegExp): Promise<Line> {
    return await this.#client!.find((line) => content.test(String(line["content"] ?? "")));
  }

  /** Closes the connection without a word, as when a cable is pulled. */
  async leave(): Promise<void> {
    const client = this.#client!;
    await client.close();
    this.#received.push(client.bytes);
    this.#client = undefined;
  }

  /** What arrived: the lines of all connections, and what was wrong with them. */
  get received(): { readonly lines: Line[]; readonly faults: string[] } {
    const lines: Line[] = [];
    const faults: string[] = [];
    for (const bytes of this.#received) {
      if (bytes.some((byte) => byte > 0x7e)) faults.push(`${this.title}: a byte beyond ASCII`);
      for (const text of new TextDecoder().decode(bytes).split("\n").slice(0, -1)) {
        try {
          const line = JSON.parse(text);
          lines.push(line);
          if (!isKnown(line)) faults.push(`${this.title}: a line it cannot show: ${text}`);
        } catch {
          faults.push(`${this.title}: not JSON: ${text}`);
        }
      }
    }
    return { lines, faults };
  }

  /** The tokens of the messages of one kind that arrived. */
  tokens(subtype: "global" | "private"): string[] {
    return this.received.lines
      .filter((line) => line["type"] === "message" && line["subtype"] === subtype)
      // What ClassCord sends quotes a rejected message.
      .filter(({ from }) => from !== "ClassCord")
      .flatMap((line) => tokensIn(String(line["content"])));
  }

  async #reply(type: string): Promise<void> {
    const line = await this.#client!.line();
    if (line["type"] !== type || line["status"] !== "ok") {
      throw new Error(`${this.title}: expected the reply to ${type}, got ${JSON.stringify(line)}`);
    }
  }

  async #send(line: Line): Promise<void> {
    const isWindows = FRENCH_WINDOWS.includes(this.kind.letter);
    const text = `${JSON.stringify(line)}${isWindows ? "\r\n" : "\n"}`;
    // All characters of this lesson are in Latin-1, whose bytes windows-1252 shares.
    const latin1 = () => Uint8Array.from(text, (character) => character.charCodeAt(0));
    await this.#client!.send(isWindows ? latin1() : text);
  }
}

function isKnown(line: Line): boolean {
  const has = (...members: string[]) => members.every((each) => typeof line[each] === "string");
  if (!KNOWN.has(String(line["type"]))) return false;
  if (line["type"] === "message") return has("from", "to", "content", "timestamp");
  if (line["type"] === "status") return has("user", "state");
  return line["type"] !== "users" || Array.isArray(line["users"]);
}
