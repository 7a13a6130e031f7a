// The server that the checks play: one chat in memory, with a few people in it who are only played.
import type { Texts } from "../../chat/texts/catalogue.ts";
import { type DetailsOf, ProtocolError } from "../../protocol/errors.ts";
import type { ErrorCode } from "../../protocol/error_codes.ts";
import type { JsonObject } from "../../protocol/json.ts";
import {
  ackLine,
  DEFAULT_CHANNEL,
  errorLine,
  formatTime,
  jsonLine,
  messageLine,
} from "../../protocol/reply.ts";
import type { Request, RequestOf } from "../../protocol/request.ts";
import type { Link } from "../wire/link.ts";
import type { Peer, Said, Stored } from "./peer.ts";

/** The played server: its people, its messages and its connections. */
export class World {
  /** What `history` finds. The checks fill it. */
  history: Stored[] = [];
  /** Whether a login that types its name exactly as registered finds it registered in other letters. */
  writesOtherwise = false;
  readonly #names = new Map<string, string>();
  readonly #peers = new Map<Link, Peer>();
  readonly #now: () => number;
  readonly #texts: Texts;
  #lastId = 100;

  constructor(options: { now: () => number; texts: Texts }) {
    this.#now = options.now;
    this.#texts = options.texts;
  }

  /** The connection as the server knows it. */
  peer(link: Link): Peer {
    let peer = this.#peers.get(link);
    if (peer === undefined) {
      peer = {
        link,
        name: undefined,
        typed: "",
        channel: DEFAULT_CHANNEL,
        isNew: false,
        isVisitor: false,
        badLines: 0,
        hasAccount: false,
      };
      this.#peers.set(link, peer);
    }
    return peer;
  }

  /** Forgets a connection. */
  forget(link: Link): void {
    this.#peers.delete(link);
  }

  /** The name of an account, as it was registered or first typed. */
  nameFor(typed: string): string {
    const key = typed.toLowerCase();
    const known = this.#names.get(key) ?? typed;
    const name = this.writesOtherwise && known === typed ? otherCase(typed) : known;
    if (this.#names.size < NAMES_MAX) this.#names.set(key, name);
    return name;
  }

  /** The connections that have joined, the newest last. */
  get joined(): Peer[] {
    return [...this.#peers.values()].filter(({ name }) => name !== undefined);
  }

  /** Answers with an error, and as the server does to an old connection, which shows no errors. */
  refuse(link: Link, request: Request | undefined, error: ProtocolError): void {
    const { name, isNew } = this.peer(link);
    const text = this.#texts.error(error);
    link.send(errorLine(error, text, request ?? error));
    if (request?.type !== "message" || isNew || name === undefined) return;
    link.send(this.message({ from: "ClassCord", content: text, to: this.peer(link).typed }, false));
  }

  /** Creates an error with its code and details. */
  error<C extends ErrorCode>(code: C, details: DetailsOf<C> = {}): ProtocolError {
    return new ProtocolError(code, details);
  }

  /** Answers a message with its ack, if it has a `ref`. */
  ack(peer: Peer, { ref }: Request, id?: number): void {
    if (ref !== undefined) peer.link.send(ackLine(ref, { id, sentAt: this.#now() }));
  }

  /** Makes a message with the next id. */
  store({ from, content, channel, extra = null }: Said): Stored {
    return {
      id: ++this.#lastId,
      subtype: "global",
      from,
      to: "global",
      channel,
      content,
      sentAt: this.#now(),
      extra,
    };
  }

  /** Makes the message of a client, with its members. */
  storeSent(peer: Peer, request: RequestOf<"message">): Stored {
    const channel = request.channel ?? peer.channel;
    const { content, extra } = request;
    return this.store({ from: peer.name ?? peer.typed, content, channel, extra });
  }

  /** Returns the line of a private message. */
  message(
    { from, to, content }: { from: string; to: string; content: string },
    isStored = true,
  ): string {
    const id = isStored ? { id: ++this.#lastId } : {};
    const rest = { subtype: "private", channel: null, sentAt: this.#now(), extra: null } as const;
    return messageLine({ from, to, content, ...rest, ...id });
  }

  /** Returns the line of a notice. */
  notice(code: string, content: string): string {
    const timestamp = formatTime(this.#now());
    return jsonLine({ type: "system", from: "server", content, timestamp, code });
  }

  /** Returns the line of a message in the channel of the client. */
  line(message: Stored): string {
    return messageLine(message);
  }

  /** Returns the members of a message, to write them in another order. */
  members(message: Stored): JsonObject {
    return JSON.parse(messageLine(message));
  }
}

/** More names are not remembered. */
const NAMES_MAX = 1_000;

/** A name that is the same to the server, but not to a client that compares letters. */
function otherCase(typed: string): string {
  const lower = typed.toLowerCase();
  return lower === typed ? typed.toUpperCase() : lower;
}
