// What the commands that only read the database share. They work beside a running server. What they export is noted in
// the audit log, on a node of a cluster by its server, because only nodes may change the database there.
import { DatabaseSync } from "node:sqlite";
import type { Command } from "commander";
import { ProtocolError } from "../../protocol/errors.ts";
import { AccountStore } from "../../store/accounts.ts";
import { type Database, DATABASE_FILE, openDatabase } from "../../store/database.ts";
import { inspect } from "../../store/inspect.ts";
import { belongsToLog, refuseInLog } from "../../store/log/place.ts";
import { refuseSpecialFile } from "../../store/regular_file.ts";
import { findServer } from "../../store/server_lock.ts";
import { withServer } from "../admin/connect.ts";
import { asFailure, CommandFailure } from "../command.ts";
import { settingsOf } from "../settings.ts";
import { inEnglish, noteOperator, type OperatorAct } from "./offline.ts";

/** An export, as the audit log records it. */
export interface ExportAct extends Pick<OperatorAct, "target" | "detail"> {
  readonly action: "user_export" | "export_private";
}

/** What such a command works with. */
export interface ReadingTools {
  readonly database: Database;
  readonly store: AccountStore;
  /**
   * Prepares the entry of an export in the audit log.
   *
   * @returns Makes the entry, unless the server has made it already.
   * @throws {CommandFailure} On a node of a cluster whose server does not run.
   */
  readonly prepareNote: (act: ExportAct) => Promise<() => void>;
}

/**
 * Opens the database of the configuration, runs `work`, and closes the database.
 *
 * @throws {CommandFailure} if the database cannot be used.
 */
export async function withReading(
  command: Command,
  work: (tools: ReadingTools) => void | Promise<void>,
): Promise<void> {
  const { store } = settingsOf(command).config;
  try {
    const ofNode = openOfNode(store.data_dir);
    const database = ofNode ?? openDatabase(store.data_dir, store);
    using cleanup = new DisposableStack();
    cleanup.defer(() => database.close());
    const prepareNote = async (act: ExportAct) => {
      if (ofNode === undefined) return () => noteOperator(database, act);
      if (findServer(store.data_dir).state === "none") refuseInLog(database);
      await noteOnNode(command, act);
      return () => {};
    };
    await work({ database, store: new AccountStore(database), prepareNote });
  } catch (error) {
    throw error instanceof ProtocolError
      ? new CommandFailure(inEnglish(error))
      : asFailure(error, store.data_dir);
  }
}

/** Whether a data directory has the database of a node of a cluster. */
export function isOfNode(dataDir: string): boolean {
  const database = openOfNode(dataDir);
  database?.close();
  return database !== undefined;
}

/** Opens the database of a node of a cluster for reading only. @returns `undefined` if it is not the one of a node. */
function openOfNode(dataDir: string): Database | undefined {
  const path = `${dataDir}/${DATABASE_FILE}`;
  let sqlite: DatabaseSync | undefined;
  try {
    refuseSpecialFile(path);
    sqlite = new DatabaseSync(path, { readOnly: true });
    if (!belongsToLog(sqlite)) throw new Error("not of a node");
  } catch {
    sqlite?.close();
    // What is wrong with it is said when it is opened in the usual way.
    return undefined;
  }
  inspect(sqlite, path);
  const opened = sqlite;
  return { sqlite, path, shared: true, share: () => true, close: () => opened.close() };
}

async function noteOnNode(command: Command, { action, target, detail = "" }: ExportAct) {
  await withServer(command, async (client) => {
    await client.ask({ type: "note_export", action, target, reason: detail });
  });
}
