// Checks the messages of a directory before ldapts parses them. Its parser trusts lengths: a wrong one makes it read
// forever. Only the replies to a bind, a search or an extended request are accepted, and only in their exact form.

/** The other end does not send LDAP, or more of it than expected. */
export class BadMessage extends Error {
  override readonly name = "BadMessage";
}

/** The maximum size of one message, in bytes. An entry with a thousand groups is smaller. */
export const MESSAGE_MAX = 256 * 1024;
/** The maximum number of values in one message. Each takes about a microsecond. */
const VALUES_MAX = 4_000;

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const OCTETS = 0x04;
const ENUMERATED = 0x0a;
const CONTROLS = 0xa0;
const REFERRAL = 0xa3;
const SASL_CREDENTIALS = 0x87;
const RESPONSE_NAME = 0x8a;
const RESPONSE_VALUE = 0x8b;

/** The operations of the accepted messages. */
export const OPERATION = {
  bind: 0x61,
  entry: 0x64,
  searchDone: 0x65,
  reference: 0x73,
  extended: 0x78,
} as const;

/** The longest header of a message: its tag, and a length in five bytes. */
const HEADER_MAX = 6;

/**
 * Returns the size of the message that begins with some bytes, its header included.
 *
 * @returns `undefined` if more bytes are needed to know it.
 * @throws {BadMessage} If it is not a message, or too long.
 */
export function messageSize(bytes: Uint8Array): number | undefined {
  const [tag, first] = bytes;
  if (tag !== undefined && tag !== SEQUENCE) {
    throw new BadMessage(`expected an LDAP message, got a byte ${tag}`);
  }
  if (first === undefined) return undefined;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || more > HEADER_MAX - 2) throw new BadMessage("a length is not valid");
  if (bytes.length < 2 + more) return undefined;
  const size = 2 + more + lengthOf(bytes, 1).length;
  if (size > MESSAGE_MAX) {
    throw new BadMessage(`expected messages of at most ${MESSAGE_MAX} bytes, got ${size}`);
  }
  return size;
}

/**
 * Checks a whole message.
 *
 * @returns Its operation, one of {@linkcode OPERATION}, and the message without controls. The program asks for none.
 * @throws {BadMessage}
 */
export function checkMessage(bytes: Uint8Array): { operation: number; message: Uint8Array } {
  const whole = new Range(bytes, 0, bytes.length);
  const outer = whole.next(SEQUENCE);
  whole.end();
  const start = outer.at;
  const id = outer.next(INTEGER);
  if (id.size < 1 || id.size > 4 || bytes[id.at]! >= 0x80) {
    throw new BadMessage("an id is not valid");
  }
  const operation = outer.tag;
  const form = operation === undefined ? undefined : FORMS.get(operation);
  if (form === undefined) throw new BadMessage(`the operation ${operation} is not a reply`);
  form(outer.next(operation!), { left: VALUES_MAX });
  if (outer.isEmpty) return { operation: operation!, message: bytes };
  const body = bytes.subarray(start, outer.at);
  outer.next(CONTROLS);
  outer.end();
  return { operation: operation!, message: sequence(body) };
}

/** Returns the result code of a checked message with a result, such as the reply to an extended request. */
export function resultCode(message: Uint8Array): number {
  const outer = new Range(message, 0, message.length).next(SEQUENCE);
  outer.next(INTEGER);
  const { at, size } = outer.next(outer.tag!).next(ENUMERATED);
  return message.subarray(at, at + size).reduce((code, byte) => code * 256 + byte, 0);
}

type Form = (content: Range, values: { left: number }) => void;

const FORMS: ReadonlyMap<number, Form> = new Map<number, Form>([
  [OPERATION.bind, (content) => result(content, [SASL_CREDENTIALS])],
  [OPERATION.searchDone, (content) => result(content, [])],
  [OPERATION.extended, (content) => result(content, [RESPONSE_NAME, RESPONSE_VALUE])],
  [OPERATION.reference, texts],
  [OPERATION.entry, entry],
]);

function result(content: Range, more: readonly number[]): void {
  const { size } = content.next(ENUMERATED);
  if (size < 1 || size > 4) throw new BadMessage("a result code is not valid");
  content.next(OCTETS);
  content.next(OCTETS);
  // ldapts takes what follows for the members after a referral, which the program never follows.
  if (content.tag === REFERRAL) throw new BadMessage("the server refers to another server");
  for (const tag of more) if (content.tag === tag) content.next(tag);
  content.end();
}

function entry(content: Range, values: { left: number }): void {
  content.next(OCTETS);
  const attributes = content.next(SEQUENCE);
  content.end();
  while (!attributes.isEmpty) {
    const attribute = attributes.next(SEQUENCE);
    attribute.next(OCTETS);
    texts(attribute.next(SET), values);
    attribute.end();
  }
}

function texts(content: Range, values: { left: number }): void {
  // An attribute without values counts too.
  do {
    if (--values.left < 0) throw new BadMessage(`expected at most ${VALUES_MAX} values`);
    if (!content.isEmpty) content.next(OCTETS);
  } while (!content.isEmpty);
}

/** A part of the bytes that has whole elements. */
class Range {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get size(): number {
    return this.#end - this.#at;
  }

  get isEmpty(): boolean {
    return this.#at === this.#end;
  }

  /** The tag of the next element. */
  get tag(): number | undefined {
    return this.isEmpty ? undefined : this.#bytes[this.#at];
  }

  /** Returns the content of the next element, which must have this tag. */
  next(tag: number): Range {
    if (this.tag !== tag) {
      throw new BadMessage(
        `expected an element 0x${tag.toString(16)}, got 0x${this.tag?.toString(16)}`,
      );
    }
    if (this.size < 2) throw new BadMessage("an element is cut off");
    const { length, at } = lengthOf(this.#bytes, this.#at + 1);
    if (!(at + length <= this.#end)) throw new BadMessage("an element is longer than its message");
    this.#at = at + length;
    return new Range(this.#bytes, at, this.#at);
  }

  /** Checks that nothing follows. */
  end(): void {
    if (!this.isEmpty) throw new BadMessage(`got an element 0x${this.tag?.toString(16)} too many`);
  }
}

// Returns a length, and where the content begins. Missing bytes make it `NaN`.
function lengthOf(bytes: Uint8Array, at: number): { length: number; at: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { length: first, at: at + 1 };
  const more = first & 0x7f;
  if (more < 1 || more > HEADER_MAX - 2) throw new BadMessage("a length is not valid");
  let length = 0;
  for (let index = 1; index <= more; index++) length = length * 256 + (bytes[at + index] ?? NaN);
  return { length, at: at + 1 + more };
}

function sequence(content: Uint8Array): Uint8Array {
  const { length } = content;
  const message = new Uint8Array(HEADER_MAX + length);
  message.set([
    SEQUENCE,
    0x84,
    length >>> 24,
    length >>> 16 & 255,
    length >>> 8 & 255,
    length & 255,
  ]);
  message.set(content, HEADER_MAX);
  return message;
}
