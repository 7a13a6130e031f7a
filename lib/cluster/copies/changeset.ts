// Reads SQLite's changesets: to leave tables out, and to apply small ones.
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

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const nameDecoder = new TextDecoder();

/** A value of a row. Integers are bigints, so that none of them becomes a floating-point number. */
export type Value = bigint | number | string | Uint8Array | null;

/** The place of a value that a change does not have. */
export const UNCHANGED = Symbol("unchanged");

/** A change of one row. */
export interface Change {
  readonly kind: "insert" | "update" | "delete";
  /** The values before, of an update only those of the key and of columns that change; none of an insert. */
  readonly before: readonly (Value | typeof UNCHANGED)[];
  /** The values after, of an update only those that change; none of a delete. */
  readonly after: readonly (Value | typeof UNCHANGED)[];
}

/** The changes of one table. */
export interface ChangedTable {
  readonly name: string;
  /** For each column, whether it is part of the primary key. */
  readonly keys: readonly boolean[];
  readonly changes: readonly Change[];
}

/**
 * Returns a changeset without the changes of some tables.
 *
 * @throws {MalformedBytes} If it is not a changeset.
 */
export function withoutTables(changeset: Uint8Array, tables: ReadonlySet<string>): Uint8Array {
  const reader = new ChangesetReader(changeset);
  const kept: Uint8Array[] = [];
  while (!reader.atEnd) {
    const { name, bytes } = reader.skipTable();
    if (!tables.has(name)) kept.push(bytes);
  }
  if (kept.length <= 1) return kept[0] ?? new Uint8Array();
  return concatBytes(kept);
}

/** Returns the names of the tables that a changeset changes. @throws {MalformedBytes} If it is not a changeset. */
export function tablesOf(changeset: Uint8Array): ReadonlySet<string> {
  const reader = new ChangesetReader(changeset);
  const tables = new Set<string>();
  while (!reader.atEnd) tables.add(reader.skipTable().name);
  return tables;
}

/**
 * Reads a changeset.
 *
 * @returns `undefined` if a text in it would not stay the same: it is not UTF-8, or has a NUL.
 * @throws {MalformedBytes} If it is not a changeset.
 */
export function readChangeset(changeset: Uint8Array): readonly ChangedTable[] | undefined {
  const reader = new ChangesetReader(changeset);
  const tables: ChangedTable[] = [];
  while (!reader.atEnd) tables.push(reader.table());
  return reader.hasOddText ? undefined : tables;
}

class ChangesetReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** Whether a text was read that is not UTF-8, or has a NUL. */
  hasOddText = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Skips the changes of one table. */
  skipTable(): { readonly name: string; readonly bytes: Uint8Array } {
    const start = this.#at;
    const { name, keys } = this.#head();
    while (this.#hasChange) this.#skipChange(keys.length);
    return { name, bytes: this.#bytes.subarray(start, this.#at) };
  }

  /** Reads the changes of one table. */
  table(): ChangedTable {
    const head = this.#head();
    const changes: Change[] = [];
    while (this.#hasChange) changes.push(this.#change(head.keys.length));
    return { ...head, changes };
  }

  get #hasChange(): boolean {
    return !this.atEnd && this.#bytes[this.#at] !== TABLE;
  }

  #head(): { readonly name: string; readonly keys: readonly boolean[] } {
    if (this.#byte() !== TABLE) this.#fail();
    const columns = this.#varint();
    this.#skip(columns);
    const keys = Array.from(this.#bytes.subarray(this.#at - columns, this.#at), (key) => key > 0);
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) this.#fail();
    const name = nameDecoder.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return { name, keys };
  }

  #change(columns: number): Change {
    const operation = this.#operation();
    const row = () => Array.from({ length: columns }, () => this.#value());
    if (operation === INSERT) return { kind: "insert", before: [], after: row() };
    if (operation === DELETE) return { kind: "delete", before: row(), after: [] };
    return { kind: "update", before: row(), after: row() };
  }

  #skipChange(columns: number): void {
    const values = this.#operation() === UPDATE ? 2 * columns : columns;
    for (let i = 0; i < values; i++) this.#skipValue();
  }

  #operation(): number {
    const operation = this.#byte();
    if (operation !== INSERT && operation !== DELETE && operation !== UPDATE) this.#fail();
    this.#skip(1);
    return operation;
  }

  #value(): Value | typeof UNCHANGED {
    const type = this.#bytes[this.#at] ?? this.#fail();
    this.#skipValue();
    if (type === INTEGER) return this.#view.getBigInt64(this.#at - 8);
    if (type === FLOAT) return this.#view.getFloat64(this.#at - 8);
    if (type === NULL) return null;
    if (type !== TEXT && type !== BLOB) return UNCHANGED;
    const bytes = this.#bytes.subarray(this.#at - this.#length, this.#at);
    return type === TEXT ? this.#text(bytes) : bytes;
  }

  #text(bytes: Uint8Array): string {
    try {
      const text = decoder.decode(bytes);
      this.hasOddText ||= text.includes("\0");
      return text;
    } catch {
      this.hasOddText = true;
      return "";
    }
  }

  /** The length of the last text or blob that was skipped. */
  #length = 0;

  #skipValue(): void {
    const type = this.#byte();
    if (type === INTEGER || type === FLOAT) this.#skip(8);
    else if (type === TEXT || type === BLOB) {
      this.#length = this.#varint();
      this.#skip(this.#length);
    } else if (type > NULL) this.#fail();
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
