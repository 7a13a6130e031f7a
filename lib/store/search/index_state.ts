// What an index file says of itself: which messages it is of, how far it has followed them, and how words were
// folded.
import process from "node:process";
import type { DatabaseSync } from "node:sqlite";
import { transact } from "../transaction.ts";
import { WORDS_VERSION } from "./words.ts";

/** The index does not belong to the messages, or is damaged: it has to be built anew. */
export class IndexUnfit extends Error {
  override readonly name = "IndexUnfit";
}

/** How far an index has followed the messages. */
export interface IndexState {
  /** The last message that it has seen. */
  readonly indexedTo: number;
  /** The last removal that it has followed. */
  readonly removedTo: number;
}

/** Marks a file as an index of ClassCord's ("ClCx" in ASCII). */
const APPLICATION_ID = 0x436c4378;
const SCHEMA_VERSION = 2;
/** What decides which words a text has: another version of Unicode may fold it otherwise. */
const FOLDING = `${WORDS_VERSION} ${process.versions["unicode"] ?? ""}`;

/** What an index of this program is told apart by from those of others. */
export const INDEX_VERSION = `${SCHEMA_VERSION}-${FOLDING.replaceAll(" ", "-")}`;

const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
  CREATE VIRTUAL TABLE words USING fts5 (
    content, scope, content = '', columnsize = 0, prefix = '2 3', tokenize = 'ascii'
  );
  -- What is deleted leaves no words behind in the index.
  INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
  CREATE TABLE state (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    database   TEXT NOT NULL,
    folding    TEXT NOT NULL,
    indexed_to INTEGER NOT NULL,
    removed_to INTEGER NOT NULL
  ) STRICT`;
const SOURCE = `
  SELECT identity,
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0) AS last_id,
         (SELECT min(seq) FROM search_queue) AS first_removal,
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'search_queue'), 0) AS last_removal
    FROM state`;

/** Whether nothing was ever put into a database. */
export function isEmpty(index: DatabaseSync): boolean {
  return index.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
}

/** Makes an index of some messages that has none of them yet. */
export function createIndex(index: DatabaseSync, messages: DatabaseSync): void {
  const { identity, lastRemoval } = sourceOf(messages);
  // All of it or nothing: a process that is killed meanwhile leaves no half of an index.
  transact({ sqlite: index }, () => {
    index.exec(SCHEMA);
    index.prepare("INSERT INTO state VALUES (1, ?, ?, 0, ?)").run(identity, FOLDING, lastRemoval);
  });
}

/**
 * How far an index has followed some messages.
 *
 * @throws {IndexUnfit} where it is of other messages, of another version, or of another state of these.
 */
export function checkIndex(index: DatabaseSync, messages: DatabaseSync): IndexState {
  const id = index.prepare("PRAGMA application_id").get()!["application_id"];
  const version = index.prepare("PRAGMA user_version").get()!["user_version"];
  if (id !== APPLICATION_ID || version !== SCHEMA_VERSION) {
    throw new IndexUnfit(`expected an index of version ${SCHEMA_VERSION}, got another file`);
  }
  const state = index.prepare("SELECT * FROM state").get();
  const { identity, lastId, firstRemoval, lastRemoval } = sourceOf(messages);
  const indexedTo = state?.["indexed_to"] as number;
  const removedTo = state?.["removed_to"] as number;
  if (state?.["database"] !== identity) throw new IndexUnfit("it is of other messages");
  if (state["folding"] !== FOLDING) throw new IndexUnfit("another version has made it");
  // An older copy of the messages may have been put back, or one that the index has not followed.
  const follows = indexedTo <= lastId && removedTo <= lastRemoval && removedTo >= firstRemoval - 1;
  if (!follows) throw new IndexUnfit("it is of another state of the messages");
  return { indexedTo, removedTo };
}

function sourceOf(messages: DatabaseSync) {
  const row = messages.prepare(SOURCE).get()!;
  const lastRemoval = row["last_removal"] as number;
  return {
    identity: row["identity"] as string,
    lastId: row["last_id"] as number,
    firstRemoval: (row["first_removal"] as number | null) ?? lastRemoval + 1,
    lastRemoval,
  };
}
