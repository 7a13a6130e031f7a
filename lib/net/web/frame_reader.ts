// Reads the frames that a client sends over a WebSocket (RFC 6455), wherever the reads cut them, and makes lines of
// its text messages. Strict: what the RFC forbids ends the connection.
import { CLOSE, isCloseCode, OPCODE } from "./close_codes.ts";
import { nextUtf8, UTF8_INVALID, UTF8_START } from "./utf8.ts";

/** How the frames of a client ended. */
export interface FrameEnd {
  /** The client said so, it broke a rule, or its message is longer than a line may be. */
  readonly kind: "closed" | "violation" | "too_long";
  /** The code to answer with; `undefined` where the client gave none. */
  readonly code: number | undefined;
}

/** Is told of the frames that are no messages. */
export interface FrameEvents {
  /** @param payload At most 125 bytes, the receiver's. */
  ping(payload: Uint8Array): void;
}

/** Which part of a frame comes next. */
const PART = { first: 0, second: 1, length: 2, mask: 3, payload: 4 } as const;

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const CONTROL = 0x08;
const CONTROL_MAX = 125;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const NOTHING = new Uint8Array(0);

/**
 * The frames of one client. What is kept between two reads has a fixed size; only the payload of a control frame, at
 * most 125 bytes, is collected.
 */
export class FrameReader {
  /** Longest message in bytes. */
  readonly #maxBytes: number;
  #end: FrameEnd | undefined;
  #part: number = PART.first;
  #isFinal = false;
  #opcode = 0;
  /** Bytes of the length, of the mask, or of the payload that are still to come. */
  #left = 0;
  #length = 0;
  /** The length is in eight bytes. */
  #isLong = false;
  #mask = 0;
  /** Bytes of the payload that have come: for the mask, and where the next one of a control frame goes. */
  #at = 0;
  /** More fragments of a message are to come. */
  #isOpen = false;
  #messageBytes = 0;
  #utf8 = UTF8_START;
  #control = NOTHING;

  /** @param maxBytes Longest message in bytes, over all of its fragments; 0 for no bound. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes === 0 ? Number.MAX_SAFE_INTEGER : maxBytes;
  }

  /** How it ended, once it has. Nothing is read behind that. */
  get end(): FrameEnd | undefined {
    return this.#end;
  }

  /**
   * Reads what came, and puts lines in its place: each message and a line end. A line end in a message becomes a space,
   * which means the same in JSON.
   *
   * @param bytes What came, but for its first byte, which is free: a line end may need the room.
   * @returns How many bytes of lines are at the beginning of `bytes`.
   */
  read(bytes: Uint8Array, events: FrameEvents): number {
    let out = 0;
    let at = 1;
    while (at < bytes.length && this.#end === undefined) {
      if (this.#part !== PART.payload) {
        this.#readHead(bytes[at++]!);
      } else {
        const count = Math.min(this.#left, bytes.length - at);
        if (this.#opcode >= CONTROL) this.#collect(bytes, at, count);
        else if (this.#unmask(bytes, { from: at, to: out, count })) out += count;
        at += count;
        this.#left -= count;
      }
      if (this.#part === PART.payload && this.#left === 0 && this.#end === undefined) {
        this.#part = PART.first;
        if (this.#opcode >= CONTROL) this.#endControl(events);
        else if (this.#isFinal && this.#endMessage()) bytes[out++] = NEWLINE;
      }
    }
    return out;
  }

  #readHead(byte: number): void {
    switch (this.#part) {
      case PART.first:
        return this.#readFirst(byte);
      case PART.second:
        return this.#readSecond(byte);
      case PART.length:
        // The highest bit of a length in eight bytes must be 0.
        if (this.#left === 8 && byte >= 0x80) return this.#refuse(CLOSE.protocol);
        this.#length = this.#length * 256 + byte;
        if (--this.#left === 0) this.#endLength();
        return;
      default:
        this.#mask = this.#mask << 8 | byte;
        if (--this.#left === 0) this.#beginPayload();
    }
  }

  #readFirst(byte: number): void {
    this.#isFinal = (byte & FINAL) !== 0;
    this.#opcode = byte & 0x0f;
    const isControl = this.#opcode >= CONTROL;
    const isKnown = isControl ? this.#opcode <= OPCODE.pong : this.#opcode <= OPCODE.binary;
    const isInPlace = isControl ? this.#isFinal : this.#isOpen === (this.#opcode === OPCODE.more);
    if ((byte & RESERVED) !== 0 || !isKnown || !isInPlace) return this.#refuse(CLOSE.protocol);
    if (this.#opcode === OPCODE.binary) return this.#refuse(CLOSE.unsupported);
    this.#part = PART.second;
  }

  #readSecond(byte: number): void {
    const length = byte & 0x7f;
    if ((byte & MASKED) === 0) return this.#refuse(CLOSE.protocol);
    if (this.#opcode >= CONTROL && length > CONTROL_MAX) return this.#refuse(CLOSE.protocol);
    this.#length = length <= 125 ? length : 0;
    this.#left = length <= 125 ? 0 : length === 126 ? 2 : 8;
    if (this.#left === 0) return this.#beginMask();
    this.#part = PART.length;
    this.#isLong = this.#left === 8;
  }

  /** The length was in the two or eight bytes behind the second one, and must need them. */
  #endLength(): void {
    if (this.#length < (this.#isLong ? 65_536 : 126)) this.#refuse(CLOSE.protocol);
    else this.#beginMask();
  }

  #beginMask(): void {
    if (this.#opcode < CONTROL) {
      this.#messageBytes += this.#length;
      if (this.#messageBytes > this.#maxBytes) {
        this.#end = { kind: "too_long", code: CLOSE.tooLong };
        return;
      }
    }
    this.#part = PART.mask;
    this.#mask = 0;
    this.#left = 4;
  }

  #beginPayload(): void {
    this.#part = PART.payload;
    this.#left = this.#length;
    this.#at = 0;
    if (this.#opcode < CONTROL) this.#isOpen = !this.#isFinal;
    else if (this.#length > 0) this.#control = new Uint8Array(this.#length);
  }

  /** @returns Whether all of it is UTF-8. */
  #unmask(
    bytes: Uint8Array,
    { from, to, count }: { from: number; to: number; count: number },
  ): boolean {
    const mask = this.#mask;
    let utf8 = this.#utf8;
    let turn = this.#at;
    for (let i = 0; i < count; i++) {
      const byte = bytes[from + i]! ^ (mask >>> 24 - 8 * (turn++ & 3) & 0xff);
      if (utf8 !== UTF8_START || byte >= 0x80) {
        utf8 = nextUtf8(utf8, byte);
        if (utf8 === UTF8_INVALID) {
          this.#refuse(CLOSE.notText);
          return false;
        }
      }
      bytes[to + i] = byte === NEWLINE || byte === RETURN ? SPACE : byte;
    }
    this.#utf8 = utf8;
    this.#at = turn & 3;
    return true;
  }

  #collect(bytes: Uint8Array, from: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const turn = this.#at++;
      this.#control[turn] = bytes[from + i]! ^ (this.#mask >>> 24 - 8 * (turn & 3) & 0xff);
    }
  }

  /** @returns Whether the message is whole characters. */
  #endMessage(): boolean {
    this.#messageBytes = 0;
    if (this.#utf8 === UTF8_START) return true;
    this.#refuse(CLOSE.notText);
    return false;
  }

  #endControl(events: FrameEvents): void {
    const payload = this.#control;
    this.#control = NOTHING;
    if (this.#opcode === OPCODE.ping) events.ping(payload);
    else if (this.#opcode === OPCODE.close) this.#close(payload);
  }

  #close(payload: Uint8Array): void {
    if (payload.length === 0) {
      this.#end = { kind: "closed", code: undefined };
      return;
    }
    const code = payload[0]! << 8 | payload[1]!;
    if (payload.length === 1 || !isCloseCode(code)) return this.#refuse(CLOSE.protocol);
    if (!isUtf8(payload.subarray(2))) return this.#refuse(CLOSE.notText);
    this.#end = { kind: "closed", code };
  }

  #refuse(code: number): void {
    this.#end = { kind: "violation", code };
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  let state = UTF8_START;
  for (const byte of bytes) {
    state = nextUtf8(state, byte);
    if (state === UTF8_INVALID) return false;
  }
  return state === UTF8_START;
}
