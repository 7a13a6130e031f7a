// Writes the reply to a request as a line: its members in order, and the `ref` of the request behind them.
import { toAsciiJson } from "../json.ts";
import type { RequestType } from "../requests/families.ts";
import type { Replies } from "./families.ts";

/** A value that is JSON text already. */
export class Written<T> {
  /** Exists for the compiler only: it tells the text of a list from that of a name. */
  declare readonly value: T;
  /** JSON text in ASCII. */
  readonly text: string;

  /** @param text JSON text of a `T`, in ASCII. */
  constructor(text: string) {
    this.text = text;
  }
}

/** Writes a value. What is sent many times is written once. */
export function write<T>(value: T): Written<T> {
  return new Written(toAsciiJson(value));
}

/** A reply, of which some members may be written already. */
export type Writable<Reply> = {
  readonly [M in keyof Reply]: Reply[M] | Written<Exclude<Reply[M], undefined>>;
};

/** What a reply repeats of its request. */
export interface Answered<T extends RequestType> {
  readonly type: T;
  readonly ref?: string | undefined;
}

/** The line that answers a request. Members that are `undefined` are left out. */
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
   * @param maxBytes Bytes of the whole list.
   * @param write Writes the row of an item.
   */
  constructor(maxBytes: number, write: (item: Item) => Written<Row>) {
    this.#maxBytes = maxBytes;
    this.#write = write;
  }

  /** How many rows there are. */
  get size(): number {
    return this.#texts.length;
  }

  /** The rows in the order in which they were added. */
  written(): Written<readonly Row[]> {
    return new Written(`[${this.#texts.join(",")}]`);
  }

  /** The row that was added last comes first. */
  reversed(): Written<readonly Row[]> {
    return new Written(`[${this.#texts.toReversed().join(",")}]`);
  }

  /**
   * Adds an item where it fits; the first one always, so that paging makes progress. After one that did not
   * fit nothing does.
   */
  readonly add = (item: Item): boolean => {
    const { text } = this.#write(item);
    this.#bytes += text.length + 1;
    if (this.#texts.length > 0 && this.#bytes > this.#maxBytes) return false;
    this.#texts.push(text);
    return true;
  };

  /** Adds items until one does not fit: the rest is not read. @returns Whether all fitted. */
  addAll(items: Iterable<Item>): boolean {
    for (const item of items) if (!this.add(item)) return false;
    return true;
  }
}
