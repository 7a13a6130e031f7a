// `classcord class list`, `show` and `delete`: a class is a group whose list was imported.
import { Command } from "commander";
import type { GroupReplies, GroupRow } from "../../protocol/replies/groups.ts";
import { named, type OutputOptions, print } from "../admin/output.ts";
import { CommandFailure } from "../command.ts";
import {
  listAll,
  MEMBER_COLUMNS,
  showAll,
  warnOfConfiguration,
  withGroups,
} from "../groups/command.ts";
import type { GroupAdmin } from "../groups/group_admin.ts";
import { type Column, table } from "../terminal/table.ts";

const COLUMNS: readonly Column<GroupRow>[] = [
  { title: "CLASS", text: ({ name }) => name },
  { title: "ACCOUNTS", text: ({ members }) => String(members), align: "right" },
];

/** Returns the command that lists the classes. */
export function listClassesCommand(): Command {
  return new Command("list").summary("list the classes")
    .action(async (options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        const { groups } = await listAll(admin);
        const classes = groups.filter((group) => group.class);
        print({ type: "classes", classes }, options, (reply) => table(reply.classes, COLUMNS));
      });
    });
}

/** Returns the command that lists the accounts in a class. */
export function showClassCommand(): Command {
  return new Command("show").summary("list the accounts in a class")
    .argument("<class>")
    .action(async (name: string, options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        const found = await findClass(admin, name);
        print(found, options, ({ members }) => table(members, MEMBER_COLUMNS));
      });
    });
}

/** Returns the command that deletes a class. */
export function deleteClassCommand(): Command {
  return new Command("delete").summary("delete a class; its accounts stay")
    .argument("<class>")
    .action(async (name: string, options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        const { group } = await findClass(admin, name);
        const reply = await admin.ask("group_delete", { group });
        print(reply, options, (done) => `Deleted ${named(done.group)}. Its accounts stay.`);
      });
      warnOfConfiguration(command, name);
    });
}

async function findClass(admin: GroupAdmin, name: string): Promise<GroupReplies["group_show"]> {
  const found = await showAll(admin, name);
  if (found.class) return found;
  throw new CommandFailure(`${named(found.group)} is a group, not a class. See classcord group.`);
}
