// Parses the frames that a client sends over a WebSocket (RFC 6455) and converts its text messages to lines. A read may
// end anywhere in a frame. Input that the RFC forbids ends the connection.
import { CLOSE, isCloseCode, OPCODE } from "./close_codes.ts";
import { nextUtf8, UTF8_INVALID, UTF8_START } from "./utf8.ts";

/** Why no more frames are read. */
export interface FrameEnd {
  /** The client sent a close frame, it violated the RFC, or its message is longer than the line limit. */
  readonly kind: "closed" | "violation" | "too_long";
  /** The close code to answer with; `undefined` if the client sent none. */
  readonly code: number | undefined;
}

/** What the reader calls for control frames. */
export interface FrameEvents {
  /** Called for a ping. @param payload At most 125 bytes. The callee may keep them. */
  ping(payload: Uint8Array): void;
}

/** The part of a frame that the next byte belongs to. */
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
 * Parses the frames of one client. Between reads it keeps a state of fixed size and the payload of a control frame, at
 * most 125 bytes.
 */
export class FrameReader {
  /** The maximum length of a message in bytes. */
  readonly #maxBytes: number;
  #end: FrameEnd | undefined;
  #part: number = PART.first;
  #isFinal = false;
  #opcode = 0;
  /** The number of missing bytes of the length, the mask or the payload. */
  #left = 0;
  #length = 0;
  /** Whether the length has eight bytes. */
  #isLong = false;
  #mask = 0;
  /** The position in the payload: selects the byte of the mask, and the place in the payload of a control frame. */
  #at = 0;
  /** Whether the current message has further fragments. */
  #isOpen = false;
  #messageBytes = 0;
  #utf8 = UTF8_START;
  #control = NOTHING;

  /** @param maxBytes The maximum length of a message in bytes, all fragments together; 0 for no limit. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes === 0 ? Number.MAX_SAFE_INTEGER : maxBytes;
  }

  /** Why no more frames are read; `undefined` while frames are read. */
  get end(): FrameEnd | undefined {
    return this.#end;
  }

  /**
   * Parses bytes and overwrites them with lines: each message, followed by a newline. A line end within a message
   * becomes a space, which means the same in JSON.
   *
   * @param bytes The first byte is unused, because a newline may need the room. The bytes read follow.
   * @returns The number of bytes at the beginning of `bytes` that are lines now.
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

  /** Called when a length of two or eight bytes is complete. The RFC forbids a longer form than the length needs. */
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

  /** Unmasks bytes of a text. @returns Whether they are valid UTF-8 so far. */
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

  /** Ends a message. @returns Whether it ends with a complete character. */
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
