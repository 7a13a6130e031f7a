// The interface through which a command imports a class list, with or without a running server.
import type { ReplyOf } from "../../protocol/replies/families.ts";
import type { RequestLine } from "../../protocol/request.ts";
import type { ClassRow } from "../../protocol/requests/classes.ts";

/** The choices of an import, as the request has them. */
export type ImportChoices = Omit<RequestLine<"class_import">, "type" | "ref">;

/** The result of an import. */
export type ImportReply = Omit<ReplyOf<"class_import">, "type" | "ref">;

/** Imports one class list. Every failure is a whole sentence. */
export interface Importer {
  /** Gives the rows of the list. Call it once. */
  send(rows: readonly ClassRow[]): Promise<void>;
  /** Imports the rows, or says what the import would change. @param progress Called when a password is hashed. */
  run(choices: ImportChoices, progress: (done: number, of: number) => void): Promise<ImportReply>;
}
