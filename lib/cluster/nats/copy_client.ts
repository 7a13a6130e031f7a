// Gets a copy of the database from another node, for a node without one, or one that was away for too long.
import type { NatsConnection } from "@nats-io/transport-node";
import { CopyUnfit, installCopy, removeFile } from "../copies/database_file.ts";
import type { LogRange } from "../copies/place_check.ts";
import { COPY_FILE, type CopyOffer, copySubject, readAnswer } from "./copy_protocol.ts";

/** Where a copy comes from, and where it goes. */
export interface FetchOptions {
  readonly cluster: string;
  readonly dataDir: string;
  /** Returns what the log has, when the copy has arrived. */
  readonly range: () => Promise<LogRange>;
}

/** Making the copy takes some seconds for a large database. */
const MAKE_MS = 60_000;
const PIECE_MS = 5_000;

/**
 * Gets a copy and puts it into the data directory, which no database may be open in.
 *
 * @returns Whether a node gave one. `false`: no node answers, or all that do are busy. The caller tries again later.
 * @throws {CopyUnfit} If what arrived cannot be used.
 * @throws The error of the file system, for example if the disk is full.
 */
export async function fetchCopy(
  connection: NatsConnection,
  { cluster, dataDir, range }: FetchOptions,
): Promise<boolean> {
  const answer = await ask(connection, copySubject(cluster), MAKE_MS);
  const offer = answer && readAnswer(answer);
  if (offer === undefined || "busy" in offer) return false;
  const path = `${dataDir}/${COPY_FILE}`;
  removeFile(path);
  try {
    if (!await receive(connection, offer, path)) return false;
    installCopy(path, dataDir, await range());
    return true;
  } finally {
    removeFile(path);
  }
}

async function receive(
  connection: NatsConnection,
  { size, subject }: CopyOffer,
  path: string,
): Promise<boolean> {
  using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  for (let offset = 0; offset < size;) {
    const piece = await ask(connection, subject, PIECE_MS, String(offset));
    if (piece === undefined) return false;
    if (piece.length === 0 || offset + piece.length > size) {
      throw new CopyUnfit(`expected a copy of ${size} bytes, got a piece that does not fit`);
    }
    for (let at = 0; at < piece.length;) at += file.writeSync(piece.subarray(at));
    offset += piece.length;
  }
  connection.publish(subject);
  return true;
}

async function ask(
  connection: NatsConnection,
  subject: string,
  ...[timeout, text]: [number, string?]
): Promise<Uint8Array | undefined> {
  try {
    return (await connection.request(subject, text, { timeout })).data;
  } catch {
    return undefined;
  }
}
