// Imports a class list into the database while no server runs.
import { type CheckedList, importList } from "../../auth/class_import.ts";
import { summaryOf } from "../../chat/moderation/class_import.ts";
import { checkRow, type Person } from "../../school/people.ts";
import type { Problem } from "../../school/problem.ts";
import { reportOf } from "../../school/report.ts";
import { SchoolStore } from "../../store/school/apply.ts";
import { transact } from "../../store/transaction.ts";
import type { AccountTools } from "../accounts/offline.ts";
import type { Importer } from "./importer.ts";

/** Returns an importer for the database. */
export function databaseImporter({ accounts, database, note }: AccountTools): Importer {
  const school = new SchoolStore(database);
  let list: CheckedList = { people: [], problems: [] };
  return {
    send(rows) {
      const checked = rows.map((row) => checkRow(row, (text) => accounts.passwordProblem(text)));
      list = {
        people: checked.filter((one): one is Person => !("code" in one)),
        problems: checked.filter((one): one is Problem => "code" in one),
      };
      return Promise.resolve();
    },
    async run(choices, progress) {
      const options = {
        dryRun: choices.dry_run === true,
        allowAdmins: choices.allow_admins === true,
        resetPasswords: choices.reset_passwords === true,
        disableMissing: choices.disable_missing === true,
        confirmed: choices.confirmed === true,
      };
      const { status, plan } = await importList(list, options, {
        directory: school.directory,
        hash: (password) => accounts.hash(password),
        progress,
        apply: (plan, hashes) =>
          transact(database, () => {
            note("class_import", plan.classes.map(({ name }) => name).join(", "), summaryOf(plan));
            const mustChange = choices.must_change === true;
            return school.apply(plan, { hashes, mustChange, now: Date.now(), note });
          }),
      });
      return { status, ...reportOf(plan, "en") };
    },
  };
}
