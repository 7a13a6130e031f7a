// `classcord group …`: manages groups of accounts, through the running server or in the database.
import { Command } from "commander";
import { nameKey } from "../../protocol/names.ts";
import type { GroupMemberRow, GroupReplies, GroupRow } from "../../protocol/replies/groups.ts";
import { GROUP_USERS_MAX } from "../../protocol/requests/groups.ts";
import { readNames } from "../accounts/bulk.ts";
import { withServerOrDatabase, withSocketOption } from "../accounts/choose.ts";
import { named, type OutputOptions, print } from "../admin/output.ts";
import { settingsOf, USES, withSettings } from "../settings.ts";
import { type Column, table } from "../terminal/table.ts";
import { plural } from "../terminal/units.ts";
import { databaseGroups } from "./database.ts";
import type { GroupAdmin } from "./group_admin.ts";
import { serverGroups } from "./server.ts";

/** Returns the command with its subcommands. */
export function groupCommand(): Command {
  const group = new Command("group")
    .summary("create, fill, list, rename and delete groups of accounts")
    .description(
      "Manages groups of accounts. A channel can admit groups: classcord channel update dev --groups 2SLAM.\n" +
        "While a server runs, changes go through its admin socket and apply at once: an account that leaves\n" +
        "a group loses the channels that admit only the group. Otherwise the database is changed.",
    );
  const commands = [
    list(),
    show(),
    create(),
    remove(),
    changeUsers("group_add"),
    changeUsers("group_remove"),
    rename(),
  ];
  for (const each of commands) {
    group.addCommand(
      withSocketOption(withSettings(each, USES.data)).option("--json", "print JSON"),
    );
  }
  return group;
}

const GROUP_COLUMNS: readonly Column<GroupRow>[] = [
  { title: "GROUP", text: ({ name }) => name },
  { title: "KIND", text: (row) => row.class ? "class" : "group" },
  { title: "ACCOUNTS", text: ({ members }) => String(members), align: "right" },
];

function list(): Command {
  return new Command("list").summary("list the groups")
    .action(async (options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        print(await listAll(admin), options, ({ groups }) => table(groups, GROUP_COLUMNS));
      });
    });
}

/** Returns all groups. The server sends long lists in parts. */
export async function listAll(admin: GroupAdmin): Promise<GroupReplies["groups"]> {
  const groups: GroupRow[] = [];
  for (;;) {
    const part = await admin.ask("groups", { after: groups.at(-1)?.name });
    groups.push(...part.groups);
    if (part.more === undefined) return { type: "groups", groups };
  }
}

/** The columns of the accounts in a group. */
export const MEMBER_COLUMNS: readonly Column<GroupMemberRow>[] = [
  { title: "NAME", text: ({ name }) => name },
  { title: "ROLE", text: ({ role, disabled }) => disabled ? `${role}, disabled` : role },
];

function show(): Command {
  return new Command("show").summary("list the accounts in a group")
    .argument("<group>")
    .action(async (group: string, options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        print(
          await showAll(admin, group),
          options,
          ({ members }) => table(members, MEMBER_COLUMNS),
        );
      });
    });
}

/** Returns a group with all its accounts. */
export async function showAll(
  admin: GroupAdmin,
  group: string,
): Promise<GroupReplies["group_show"]> {
  const members: GroupMemberRow[] = [];
  for (;;) {
    const part = await admin.ask("group_show", { group, after: members.at(-1)?.name });
    members.push(...part.members);
    const { more, ...rest } = part;
    if (more === undefined) return { ...rest, members };
  }
}

function create(): Command {
  return new Command("create").summary("create a group without accounts")
    .argument("<name>")
    .action(async (group: string, options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        const reply = await admin.ask("group_create", { group });
        print(reply, options, (done) => `Created ${named(done.group)}.`);
      });
    });
}

function remove(): Command {
  return new Command("delete").summary("delete a group; its accounts stay")
    .argument("<group>")
    .action(async (group: string, options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        const reply = await admin.ask("group_delete", { group });
        print(reply, options, (done) => `Deleted ${named(done.group)}. Its accounts stay.`);
      });
      warnOfConfiguration(command, group);
    });
}

function rename(): Command {
  return new Command("rename").summary("rename a group; channels that admit it go on admitting it")
    .argument("<group>")
    .argument("<name>", "its new name")
    .action(async (group: string, name: string, options: OutputOptions, command: Command) => {
      await withGroups(command, async (admin) => {
        const reply = await admin.ask("group_rename", { group, name });
        print(reply, options, (done) => `Renamed ${named(group)} to ${named(done.group)}.`);
      });
      if (nameKey(group) !== nameKey(name)) warnOfConfiguration(command, group);
    });
}

/** Says that the configuration names a group that is gone: a restart or a reload admits such groups. */
export function warnOfConfiguration(command: Command, group: string): void {
  const channels = settingsOf(command).config.channel
    .filter(({ groups = [] }) => groups.map(nameKey).includes(nameKey(group)))
    .map(({ name }) => name);
  if (channels.length === 0) return;
  console.error(
    `The configuration still names ${named(group)}, for ${channels.map(named).join(", ")}. ` +
      "Change it there too: it applies again at the next start or reload.",
  );
}

const NAMES_HELP = "names of accounts; - reads them from standard input, one per line";

/** The command that adds accounts, and the one that removes them. */
const CHANGES = {
  group_add: {
    name: "add",
    summary: "add accounts to a group",
    nothing: (group: string) => `Nothing to do: ${group} has these accounts already.`,
    done: (group: string, count: string) => `Added ${count} to ${group}`,
  },
  group_remove: {
    name: "remove",
    summary: "remove accounts from a group",
    nothing: (group: string) => `Nothing to do: none of these accounts is in ${group}.`,
    done: (group: string, count: string) => `Removed ${count} from ${group}`,
  },
} as const;

function changeUsers(type: keyof typeof CHANGES): Command {
  const { name, summary, nothing, done } = CHANGES[type];
  return new Command(name).summary(summary)
    .argument("<group>")
    .argument("<names...>", NAMES_HELP)
    .action(async (group: string, words: string[], options: OutputOptions, command: Command) => {
      const change = { type, group, users: await readNames(words) } as const;
      await withGroups(command, async (admin) => {
        print(
          await changeAll(admin, change),
          options,
          ({ group, users }) =>
            users.length === 0
              ? nothing(named(group))
              : `${done(named(group), plural(users.length, "account"))}: ${
                named(users.join(", "))
              }.`,
        );
      });
    });
}

interface Change {
  readonly type: "group_add" | "group_remove";
  readonly group: string;
  readonly users: readonly string[];
}

// Changes all accounts or none, however many requests that takes.
async function changeAll(
  admin: GroupAdmin,
  { type, group, users }: Change,
): Promise<GroupReplies[Change["type"]]> {
  if (users.length > GROUP_USERS_MAX) await admin.checkAccounts(users);
  const changed: string[] = [];
  for (let from = 0;; from += GROUP_USERS_MAX) {
    const reply = await admin.ask(type, {
      group,
      users: users.slice(from, from + GROUP_USERS_MAX),
    });
    changed.push(...reply.users);
    if (from + GROUP_USERS_MAX >= users.length) return { ...reply, users: changed };
  }
}

/** Runs some work on groups. @throws {CommandFailure} */
export async function withGroups(
  command: Command,
  work: (admin: GroupAdmin) => Promise<void>,
): Promise<void> {
  await withServerOrDatabase(command, {
    server: (client) => work(serverGroups(client)),
    database: (tools) => work(databaseGroups(tools)),
  });
}
