// `classcord version`: prints the versions of the program and its components.
import { Command } from "commander";
import { DatabaseSync } from "node:sqlite";
import { buildOf, VERSION } from "../version.ts";

/** Returns the command that prints the versions. */
export function versionCommand(): Command {
  return new Command("version")
    .summary("print the versions of ClassCord and its components")
    .action(() => {
      const sqlite = new DatabaseSync(":memory:");
      const { version } = sqlite.prepare("SELECT sqlite_version() AS version").get()!;
      sqlite.close();
      const { commit, kind } = buildOf();
      console.log(
        `ClassCord ${VERSION}\ncommit ${commit}, ${kind}\nDeno ${Deno.version.deno}\n` +
          `V8 ${Deno.version.v8}\nSQLite ${version}`,
      );
    });
}
