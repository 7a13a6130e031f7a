// The state in an index file: which messages it belongs to, how far it follows them, and its version of folding.
import process from "node:process";
import type { DatabaseSync } from "node:sqlite";
import { transact } from "../transaction.ts";
import { WORDS_VERSION } from "./words.ts";

/** The index is damaged or does not belong to the messages. It must be rebuilt. */
export class IndexUnfit extends Error {
  override readonly name = "IndexUnfit";
}

/** How far an index follows the messages. */
export interface IndexState {
  /** The last indexed message. */
  readonly indexedTo: number;
  /** The last applied removal. */
  readonly removedTo: number;
}

/** Marks a file as a ClassCord search index ("ClCx" in ASCII). */
const APPLICATION_ID = 0x436c4378;
const SCHEMA_VERSION = 2;
/** Determines which words a text has. Another version of Unicode may fold them differently. */
const FOLDING = `${WORDS_VERSION} ${process.versions["unicode"] ?? ""}`;

/** The version of the index format. */
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

/** Whether a database has never been used. */
export function isEmpty(index: DatabaseSync): boolean {
  return index.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
}

/** Creates an empty index for some messages. */
export function createIndex(index: DatabaseSync, messages: DatabaseSync): void {
  const { identity, lastRemoval } = sourceOf(messages);
  // One transaction, so that a killed process does not leave a partial index.
  transact({ sqlite: index }, () => {
    index.exec(SCHEMA);
    index.prepare("INSERT INTO state VALUES (1, ?, ?, 0, ?)").run(identity, FOLDING, lastRemoval);
  });
}

/**
 * Checks an index, and returns how far it follows some messages.
 *
 * @throws {IndexUnfit} If it has another version, or belongs to other messages or another state of these messages.
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
  // A backup of the messages may have been restored, or the index did not see all changes.
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
