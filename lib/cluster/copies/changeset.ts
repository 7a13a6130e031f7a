// Reads SQLite's changesets, as far as it is needed to leave tables out.
// See "Changeset Format" in the SQLite source, ext/session/sqlite3session.c.
import { concatBytes, MalformedBytes } from "../bytes.ts";

const TABLE = 0x54;
const INSERT = 18;
const DELETE = 9;
const UPDATE = 23;
const INTEGER = 1;
const FLOAT = 2;
const TEXT = 3;
const BLOB = 4;
const NULL = 5;

/**
 * Returns a changeset without the changes of some tables.
 *
 * @throws {MalformedBytes} If it is not a changeset.
 */
export function withoutTables(changeset: Uint8Array, tables: ReadonlySet<string>): Uint8Array {
  const reader = new ChangesetReader(changeset);
  const kept: Uint8Array[] = [];
  while (!reader.atEnd) {
    const { name, bytes } = reader.table();
    if (!tables.has(name)) kept.push(bytes);
  }
  if (kept.length <= 1) return kept[0] ?? new Uint8Array();
  return concatBytes(kept);
}

class ChangesetReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Reads the changes of one table. */
  table(): { readonly name: string; readonly bytes: Uint8Array } {
    const start = this.#at;
    if (this.#byte() !== TABLE) this.#fail();
    const columns = this.#varint();
    this.#skip(columns);
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) this.#fail();
    const name = new TextDecoder().decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    while (!this.atEnd && this.#bytes[this.#at] !== TABLE) this.#change(columns);
    return { name, bytes: this.#bytes.subarray(start, this.#at) };
  }

  #change(columns: number): void {
    const operation = this.#byte();
    if (operation !== INSERT && operation !== DELETE && operation !== UPDATE) this.#fail();
    this.#skip(1);
    const values = operation === UPDATE ? 2 * columns : columns;
    for (let i = 0; i < values; i++) this.#value();
  }

  #value(): void {
    const type = this.#byte();
    if (type === INTEGER || type === FLOAT) this.#skip(8);
    else if (type === TEXT || type === BLOB) this.#skip(this.#varint());
    else if (type > NULL) this.#fail();
  }

  // Big-endian, seven bits a byte. Lengths have at most 31 bits.
  #varint(): number {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = this.#byte();
      value = value * 0x80 + byte % 0x80;
      if (byte < 0x80) return value;
    }
    return this.#fail();
  }

  #byte(): number {
    return this.#bytes[this.#at++] ?? this.#fail();
  }

  #skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length) this.#fail();
  }

  #fail(): never {
    throw new MalformedBytes(`Cannot read changeset: it is not valid at byte ${this.#at}.`);
  }
}
