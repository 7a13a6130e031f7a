// Imports a class list from the console, and writes the slips with the new passwords.
import { chooseLanguage } from "../../chat/texts/catalogue.ts";
import type { Config } from "../../ops/config/schema.ts";
import { slipsOf, withPasswords } from "../../school/sending.ts";
import { sheetHtml } from "../../school/slips.ts";
import type { AdminClient } from "../admin/client.ts";
import { CommandFailure } from "../command.ts";
import { addressOf } from "../school/address.ts";
import { problemLine, readClassFile } from "../school/class_file.ts";
import type { ImportReply } from "../school/importer.ts";
import { serverImporter } from "../school/server.ts";
import { createNewFile } from "../school/sheets.ts";

/** The files of an import. */
export interface ImportFiles {
  /** The class list, as CSV. */
  readonly file: string;
  /** The slips, as HTML. The file must not exist. */
  readonly sheet: string;
}

/** What an import did. */
export type Imported = Pick<ImportReply, "add" | "move" | "change" | "keep">;

/**
 * Imports a class list. Accounts that the list does not have stay as they are, and existing passwords too.
 *
 * @param progress Called when a password is hashed.
 * @throws {CommandFailure} if a line is wrong, with the first such line, or a file cannot be used. Then nothing has
 * changed.
 */
export async function importClass(
  server: AdminClient,
  { file, sheet }: ImportFiles,
  { config, progress }: { config: Config; progress: (done: number, of: number) => void },
): Promise<Imported> {
  const list = readClassFile(file, undefined);
  const rows = withPasswords(list, config.auth.password_min);
  const importer = serverImporter(server);
  await importer.send(rows);
  refuse(file, list.problems, await importer.run({ dry_run: true }, () => {}));
  using slips = createNewFile(sheet);
  const reply = await importer.run({}, progress);
  refuse(file, [], reply);
  const made = slipsOf(reply.steps, rows);
  if (made.length > 0) {
    slips.write(sheetHtml(made, {
      language: chooseLanguage(config.server.language, Deno.env.toObject()),
      title: config.web.class_name || "ClassCord",
      address: addressOf(config),
      mustChange: false,
    }));
  }
  return reply;
}

function refuse(
  file: string,
  found: readonly Parameters<typeof problemLine>[1][],
  { problems, problem_count: count }: ImportReply,
): void {
  const [first] = [...found, ...problems as typeof found].sort((a, b) => a.line - b.line);
  if (first === undefined) return;
  const others = found.length + count - 1;
  throw new CommandFailure(`${problemLine(file, first)}${others === 0 ? "" : ` (+${others})`}`);
}
