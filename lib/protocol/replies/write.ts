// Writes a reply as a line: its members in order, then the `ref` of the request.
import { toAsciiJson } from "../json.ts";
import type { RequestType } from "../requests/families.ts";
import type { Replies } from "./families.ts";

/** A value that is already JSON text. */
export class Written<T> {
  /** Exists only for the compiler, so that it distinguishes, for example, the text of a list from that of a name. */
  declare readonly value: T;
  /** JSON text in ASCII. */
  readonly text: string;

  /** @param text The JSON text of a `T`, in ASCII. */
  constructor(text: string) {
    this.text = text;
  }
}

/** Writes a value as JSON text. This saves work for a value that is sent many times. */
export function write<T>(value: T): Written<T> {
  return new Written(toAsciiJson(value));
}

/** A reply in which some members may be JSON text already. */
export type Writable<Reply> = {
  readonly [M in keyof Reply]: Reply[M] | Written<Exclude<Reply[M], undefined>>;
};

/** The parts of a request that its reply needs. */
export interface Answered<T extends RequestType> {
  readonly type: T;
  readonly ref?: string | undefined;
}

/** Returns the line of a reply. Members that are `undefined` are omitted. */
export function replyLine<T extends RequestType>(
  { ref }: Answered<T>,
  reply: Writable<Replies[T]>,
): string {
  let line = "";
  for (const [name, value] of Object.entries({ ...reply, ref })) {
    if (value === undefined) continue;
    const text = value instanceof Written ? value.text : toAsciiJson(value);
    line += `${line === "" ? "{" : ","}"${name}":${text}`;
  }
  return `${line}}\n`;
}

/** Collects the rows of a list in a reply until it is full. */
export class ReplyRows<Item, Row> {
  readonly #maxBytes: number;
  readonly #write: (item: Item) => Written<Row>;
  readonly #texts: string[] = [];
  #bytes = 0;

  /**
   * @param maxBytes The maximum size of the whole list, in bytes.
   * @param write Writes the row of an item.
   */
  constructor(maxBytes: number, write: (item: Item) => Written<Row>) {
    this.#maxBytes = maxBytes;
    this.#write = write;
  }

  /** The number of rows. */
  get size(): number {
    return this.#texts.length;
  }

  /** Returns the rows in the order in which they were added. */
  written(): Written<readonly Row[]> {
    return listOf(this.#texts);
  }

  /** Returns the rows in reverse order. */
  reversed(): Written<readonly Row[]> {
    return listOf(this.#texts.toReversed());
  }

  /**
   * Adds an item if it fits. The first item always fits, so that paging makes progress. After an item that did not
   * fit, no other fits.
   */
  readonly add = (item: Item): boolean => {
    const { text } = this.#write(item);
    this.#bytes += text.length + 1;
    if (this.#texts.length > 0 && this.#bytes > this.#maxBytes) return false;
    this.#texts.push(text);
    return true;
  };

  /** Adds items until one does not fit. Further items are not read. @returns Whether all items fit. */
  addAll(items: Iterable<Item>): boolean {
    for (const item of items) if (!this.add(item)) return false;
    return true;
  }
}

// Unlike `join`, this does not copy the texts. They are copied once, when the line is encoded.
function listOf<Row>(texts: readonly string[]): Written<readonly Row[]> {
  let list = "";
  for (const text of texts) list += list === "" ? text : `,${text}`;
  return new Written(`[${list}]`);
}
