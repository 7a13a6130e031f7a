// `classcord cluster init`: begins a cluster with the database of this server.
import { Command } from "commander";
import type { InitPlan } from "../server/cluster/init.ts";
import { asFailure, CommandFailure } from "./command.ts";
import { confirm } from "./prompt.ts";
import { settingsOf, USES, withSettings } from "./settings.ts";
import { plural } from "./terminal/units.ts";

/** Returns the command. */
export function clusterInitCommand(): Command {
  return withSettings(new Command("init"), USES.data)
    .summary("begin the cluster with the database of this server; stop all servers first")
    .description(
      "Makes the database of this server the beginning of the cluster. A log that exists is deleted. It is required only if " +
        "the log was lost, or to choose which of several databases is kept. Start this server first afterwards, and the " +
        "others with empty data directories: they get a copy.",
    )
    .option("--yes", "do not ask for confirmation")
    .action(async ({ yes }: { yes?: true }, command: Command) => {
      const { config } = settingsOf(command);
      const { initCluster, isRefusal } = await import("../server/cluster/init.ts");
      try {
        await initCluster(config, (plan) => ask(plan, yes));
      } catch (error) {
        throw isRefusal(error)
          ? new CommandFailure(error.message)
          : asFailure(error, config.store.data_dir);
      }
      console.log(
        `The database of this server is the beginning of the cluster ${config.cluster.name}.\n` +
          "Start this server, then the others with empty data directories.",
      );
    });
}

async function ask({ cluster, deleted, newer }: InitPlan, yes: true | undefined): Promise<void> {
  const lines = [
    `The database of this server becomes the beginning of the cluster ${cluster}.`,
    ...deleted === undefined ? [] : [
      `The log of the cluster is deleted. It has ${
        plural(deleted, "batch").replace(/hs$/, "hes")
      }.`,
    ],
    ...newer.map(({ node }) =>
      `The database of ${node} was newer when it was last heard. What only ${node} has is lost.`
    ),
  ];
  console.error(lines.join("\n"));
  if (!yes) await confirm(`Type the name of the cluster (${cluster}) to confirm:`, cluster);
}
