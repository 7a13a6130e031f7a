// The commands for a running server, in the order of the help.
import type { Command } from "commander";
import { consoleCommand } from "./console/command.ts";
import { banCommand, bansCommand, unbanCommand } from "./admin/bans.ts";
import { channelCommand, channelsCommand } from "./admin/channels.ts";
import { clientsCommand, disconnectCommand } from "./admin/clients.ts";
import { clusterCommand } from "./admin/cluster.ts";
import { attendanceCommand, privateCommand } from "./admin/lesson.ts";
import { inviteCommand } from "./admin/invites.ts";
import { announceCommand, kickCommand, muteCommand, unmuteCommand } from "./admin/moderation.ts";
import { registrationCommand } from "./admin/registration.ts";
import { reloadCommand, shutdownCommand, statsCommand } from "./admin/server_commands.ts";
import { tailCommand } from "./admin/tail.ts";

/** Returns the commands that talk to a running server over its admin socket. */
export function adminCommands(): Command[] {
  const commands = [
    consoleCommand(),
    clientsCommand(),
    disconnectCommand(),
    kickCommand(),
    muteCommand(),
    unmuteCommand(),
    banCommand(),
    unbanCommand(),
    bansCommand(),
    announceCommand(),
    privateCommand(),
    attendanceCommand(),
    channelsCommand(),
    channelCommand(),
    inviteCommand(),
    registrationCommand(),
    statsCommand(),
    clusterCommand(),
    tailCommand(),
    reloadCommand(),
    shutdownCommand(),
  ];
  return commands.map((command) => command.helpGroup("Commands for a running server:"));
}
