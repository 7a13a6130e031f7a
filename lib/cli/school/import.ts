// `classcord class import`: accounts, roles, groups and passwords of a class from a CSV file, and the slips to print.
import { Command } from "commander";
import { chooseLanguage } from "../../chat/texts/catalogue.ts";
import type { ClassRow } from "../../protocol/requests/classes.ts";
import { DISABLE_SHARE_MAX } from "../../school/limits.ts";
import type { ClassList } from "../../school/list.ts";
import { slipsOf, withPasswords } from "../../school/sending.ts";
import { sheetCsv, sheetHtml, type SheetOptions, type Slip } from "../../school/slips.ts";
import { withServerOrDatabase } from "../accounts/choose.ts";
import { CommandFailure } from "../command.ts";
import { confirm } from "../prompt.ts";
import { settingsOf } from "../settings.ts";
import { table } from "../terminal/table.ts";
import { plural } from "../terminal/units.ts";
import { addressOf, parseAddress } from "./address.ts";
import { problemLine, readClassFile } from "./class_file.ts";
import { databaseImporter } from "./database.ts";
import type { ImportChoices, Importer, ImportReply } from "./importer.ts";
import { showProgress } from "./progress.ts";
import { reportText } from "./report.ts";
import { serverImporter } from "./server.ts";
import { createNewFile, type NewFile } from "./sheets.ts";

interface ImportOptions {
  readonly class?: string;
  readonly dryRun?: true;
  readonly resetPasswords?: true;
  readonly disableMissing?: true;
  readonly allowAdmins?: true;
  readonly mustChange?: true;
  readonly yes?: true;
  readonly sheet?: string;
  readonly sheetCsv?: string;
  readonly address?: string;
}

/** Returns the command. */
export function importClassCommand(): Command {
  return new Command("import")
    .summary("create and change the accounts of a class from a CSV file")
    .description(
      "Creates the accounts that a CSV file lists, and applies changes: names (by id), roles, classes and groups.\n" +
        "Nothing is changed if one line is wrong. Passwords that the file does not give are made up. They are\n" +
        "printed once, or written to the sheet, and stored only as hashes.\n\n" +
        "Columns, in English or French: name or login (or first name and last name), id, role, class,\n" +
        "groups (separated by |), password. The separator is a semicolon, a comma or a tab.",
    )
    .argument("<file>", "CSV file in UTF-8 or windows-1252")
    .option(
      "--class <name>",
      "class of lines without one (default: the column, or the file's name)",
    )
    .option("--dry-run", "print what would change, and change nothing")
    .option("--reset-passwords", "give existing accounts of the file a new password too")
    .option("--disable-missing", "disable members whom an import added and the file no longer has")
    .option("--must-change", "have the page ask for another password at the next login")
    .option("--allow-admins", "allow the file to create and change administrators")
    .option("--yes", "disable many accounts without asking")
    .option(
      "--sheet <file>",
      "write an HTML page with a slip for each new password, to print and cut",
    )
    .option("--sheet-csv <file>", "write the same as CSV, for a mail merge")
    .option(
      "--address <url>",
      "address of the page on the slips (default: web.address, or guessed)",
      parseAddress,
    )
    .action(async (path: string, options: ImportOptions, command: Command) => {
      const list = readClassFile(path, options.class);
      const { config } = settingsOf(command);
      const rows = withPasswords(list, config.auth.password_min);
      const language = chooseLanguage(config.server.language, Deno.env.toObject());
      const sheet = {
        language,
        title: config.web.class_name || "ClassCord",
        address: options.address ?? addressOf(config),
        mustChange: options.mustChange === true,
      };
      const work = (importer: Importer) =>
        importFile(importer, { path, list, rows, options, sheet });
      await withServerOrDatabase(command, {
        server: (client) => work(serverImporter(client)),
        database: (tools) => work(databaseImporter(tools)),
      });
    });
}

interface ImportJob {
  readonly path: string;
  readonly list: ClassList;
  readonly rows: readonly ClassRow[];
  readonly options: ImportOptions;
  readonly sheet: SheetOptions;
}

async function importFile(importer: Importer, job: ImportJob): Promise<void> {
  const { list, rows, options } = job;
  const choices: ImportChoices = {
    allow_admins: options.allowAdmins === true,
    reset_passwords: options.resetPasswords === true,
    disable_missing: options.disableMissing === true,
    must_change: options.mustChange === true,
  };
  await importer.send(rows);
  const planned = await importer.run({ ...choices, dry_run: true }, () => {});
  refuseProblems(planned, job);
  if (options.dryRun === true) {
    console.log(reportText(planned, list.ignored));
    console.log("Nothing was changed: this was a dry run.");
    return;
  }
  if (planned.add + planned.move + planned.change + planned.disable.length === 0) {
    console.log(reportText(planned, list.ignored));
    console.log("Nothing was changed: the accounts are as in the file.");
    return;
  }
  const isMany = planned.share > DISABLE_SHARE_MAX;
  if (isMany && options.yes !== true) {
    console.log(reportText(planned, list.ignored));
    await confirmDisabling(planned);
  }
  using sheets = openSheets(options);
  const confirmed = isMany || options.yes === true;
  const reply = await importer.run({ ...choices, confirmed }, showProgress());
  refuseProblems(reply, job);
  if (reply.status !== "ok") {
    throw new CommandFailure(
      "Nothing was changed: the accounts have changed meanwhile. Try again.",
    );
  }
  console.log(reportText(reply, list.ignored));
  handOut(slipsOf(reply.steps, rows), sheets.files, job);
}

function refuseProblems(reply: ImportReply, { path, list }: ImportJob): void {
  const problems = [...list.problems, ...reply.problems as typeof list.problems]
    .sort((a, b) => a.line - b.line);
  if (problems.length === 0) return;
  const count = list.problems.length + reply.problem_count;
  const shown = problems.slice(0, 100).map((problem) => problemLine(path, problem));
  const more = count > shown.length ? [`… and ${plural(count - shown.length, "other")}.`] : [];
  throw new CommandFailure([
    ...shown,
    ...more,
    `Nothing was changed: ${plural(count, "line")} of the file must be corrected.`,
  ].join("\n"));
}

async function confirmDisabling({ disable, share }: ImportReply): Promise<void> {
  const percent = Math.round(100 * share);
  await confirm(
    `This disables ${plural(disable.length, "account")}, ${percent} % of the imported members. ` +
      "Type disable to go on:",
    "disable",
  );
}

interface Sheets extends Disposable {
  readonly files: readonly { readonly file: NewFile; readonly kind: "html" | "csv" }[];
}

// The files are created first: the passwords of an import that has happened must have a place.
function openSheets({ sheet, sheetCsv }: ImportOptions): Sheets {
  using stack = new DisposableStack();
  const files: Sheets["files"][number][] = [];
  for (const [path, kind] of [[sheet, "html"], [sheetCsv, "csv"]] as const) {
    if (path !== undefined) files.push({ file: stack.use(createNewFile(path)), kind });
  }
  const kept = stack.move();
  return { files, [Symbol.dispose]: () => kept.dispose() };
}

function handOut(
  slips: readonly Slip[],
  files: Sheets["files"],
  { sheet }: Pick<ImportJob, "sheet">,
): void {
  if (slips.length === 0) {
    if (files.length > 0) {
      console.log("No slips were written: no account has got a password. See --reset-passwords.");
    }
    return;
  }
  try {
    for (const { file, kind } of files) {
      file.write(kind === "html" ? sheetHtml(slips, sheet) : sheetCsv(slips, sheet));
      console.log(
        `Wrote ${plural(slips.length, "slip")} to ${file.path}. Delete it after printing.`,
      );
    }
  } catch (error) {
    // The accounts exist. Their passwords are nowhere else.
    printPasswords(slips);
    throw error;
  }
  if (files.length === 0) printPasswords(slips);
}

function printPasswords(slips: readonly Slip[]): void {
  console.log("\nThe passwords are shown only now:\n");
  console.log(table(slips, [
    { title: "CLASS", text: (slip) => slip.class },
    { title: "NAME", text: ({ name }) => name },
    { title: "PASSWORD", text: ({ password }) => password },
  ]));
}
