// The outputs of a turn as bytes. Lines that several outputs share are written once.
import type { Audience, Exception, Lines, Output } from "../edge/edge.ts";
import { CLOSE_REASONS, type CloseReason } from "../net/peer.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";

/** The order gives each kind its number: new kinds are added at the end. */
const KINDS = [
  "lines",
  "reply",
  "about",
  "missed",
  "forget",
  "apart",
  "hold",
  "release",
  "joined",
  "left",
  "hurry",
  "close",
  "finish",
  "observed",
] as const satisfies readonly Output["kind"][];

/** Writes outputs. Lines with the same array of bytes share one copy. */
export class OutputWriter {
  readonly #to: ByteWriter;
  readonly #shared = new Map<Uint8Array, number>();

  constructor(to: ByteWriter) {
    this.#to = to;
  }

  /** Writes an output. */
  write(output: Output): void {
    const { kind } = output;
    this.#to.byte(KINDS.indexOf(kind));
    if (kind === "lines") return this.#lines(output);
    this.#to.uint(output.to);
    if (kind === "reply" || kind === "missed") {
      this.#bytes(output.bytes);
      this.#optional(output.receipt);
    } else if (kind === "about" || kind === "observed") this.#bytes(output.bytes);
    else if (kind === "release") this.#to.byte(output.sameUser ? 1 : 0);
    else if (kind === "close") this.#to.text(output.reason);
  }

  #lines({ audience, bytes, except = [], receipt }: Lines): void {
    this.#to.byte(audience === "everyone" ? 1 : 0);
    if (audience !== "everyone") this.#to.list(audience, (to) => this.#to.uint(to));
    this.#bytes(bytes);
    this.#to.list(except, ({ to, places }) => {
      this.#to.uint(to);
      this.#to.list(places, ({ start, end }) => {
        this.#to.uint(start);
        this.#to.uint(end);
      });
    });
    this.#optional(receipt);
  }

  // 0: the bytes follow; otherwise the number of an earlier array.
  #bytes(bytes: Uint8Array): void {
    const earlier = this.#shared.get(bytes);
    this.#to.uint(earlier ?? 0);
    if (earlier !== undefined) return;
    this.#shared.set(bytes, this.#shared.size + 1);
    this.#to.blob(bytes);
  }

  #optional(value: number | undefined): void {
    this.#to.byte(value === undefined ? 0 : 1);
    if (value !== undefined) this.#to.uint(value);
  }
}

/** Reads outputs in the order in which they were written. All methods throw {@linkcode MalformedBytes}. */
export class OutputReader {
  readonly #from: ByteReader;
  readonly #shared: Uint8Array[] = [];

  constructor(from: ByteReader) {
    this.#from = from;
  }

  /** Reads an output. */
  read(): Output {
    const kind = KINDS[this.#from.byte()];
    if (kind === undefined) this.#from.fail("an output has an unknown kind");
    if (kind === "lines") return this.#lines();
    const to = this.#from.uint();
    switch (kind) {
      case "reply":
      case "missed":
        return { kind, to, bytes: this.#bytes(), ...this.#receipt() };
      case "about":
      case "observed":
        return { kind, to, bytes: this.#bytes() };
      case "release":
        return { kind, to, sameUser: this.#flag() };
      case "close":
        return { kind, to, reason: this.#reason() };
      default:
        return { kind, to };
    }
  }

  #lines(): Lines {
    const from = this.#from;
    const audience: Audience = this.#flag() ? "everyone" : from.list(() => from.uint());
    const bytes = this.#bytes();
    const except = from.list((): Exception => ({
      to: from.uint(),
      places: from.list(() => ({ start: from.uint(), end: from.uint() })),
    }));
    for (const { places } of except) this.#check(places, bytes.length);
    return {
      kind: "lines",
      audience,
      bytes,
      ...except.length > 0 && { except },
      ...this.#receipt(),
    };
  }

  // `cutLines` relies on this order.
  #check(places: Exception["places"], length: number): void {
    let from = 0;
    for (const { start, end } of places) {
      if (start < from || end < start || end > length) this.#from.fail("an exception is not valid");
      from = end;
    }
  }

  #bytes(): Uint8Array {
    const earlier = this.#from.uint();
    if (earlier === 0) {
      const bytes = this.#from.blob();
      this.#shared.push(bytes);
      return bytes;
    }
    return this.#shared[earlier - 1] ?? this.#from.fail("shared lines are missing");
  }

  #receipt(): { receipt?: number } {
    return this.#flag() ? { receipt: this.#from.uint() } : {};
  }

  #flag(): boolean {
    const value = this.#from.byte();
    if (value > 1) this.#from.fail("a flag is not 0 or 1");
    return value === 1;
  }

  #reason(): CloseReason {
    const reason = this.#from.text();
    return CLOSE_REASONS.find((known) => known === reason) ??
      this.#from.fail("a reason to close is unknown");
  }
}
