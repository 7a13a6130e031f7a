// `classcord cluster …`: shows the servers of a cluster, removes one from the list, and lets another one lead.
import { Command } from "commander";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import type { ClusterLog, ClusterNodeRow } from "../../protocol/replies/operator.ts";
import { clusterInitCommand } from "../cluster_init.ts";
import { CommandFailure } from "../command.ts";
import { type Column, table } from "../terminal/table.ts";
import { clock, plural, span } from "../terminal/units.ts";
import type { AdminClient } from "./client.ts";
import { withJson, withServer } from "./connect.ts";
import { named, type OutputOptions, print } from "./output.ts";

type ClusterReply = ReplyOf<"cluster">;

const STATES: Readonly<Record<ClusterNodeRow["state"], string>> = {
  leads: "leads",
  follows: "follows",
  cut_off: "cut off",
  silent: "silent",
};

const COLUMNS: readonly Column<ClusterNodeRow>[] = [
  { title: "NODE", text: ({ node }) => node },
  { title: "STATE", text: ({ state }) => STATES[state] },
  { title: "BEHIND", text: ({ behind }) => number(behind), align: "right" },
  {
    title: "CLIENTS",
    text: ({ clients }) => clients === undefined ? "–" : String(clients),
    align: "right",
  },
  { title: "VERSION", text: ({ version }) => version },
  { title: "CLOCK", text: ({ clock_ms: offset }) => offsetText(offset), align: "right" },
  { title: "SINCE", text: ({ since }) => clock(since) },
];

/** Returns the command with its subcommands. */
export function clusterCommand(): Command {
  const cluster = new Command("cluster")
    .summary("show the servers of the cluster, or prepare work on one of them")
    .description(
      "Without a subcommand, shows the servers of the cluster as `classcord cluster status` does. The section [cluster] of the " +
        "configuration makes a server part of a cluster.",
    );
  cluster.addCommand(withJson(statusCommand()), { isDefault: true });
  for (const each of [stepDownCommand(), forgetCommand()]) cluster.addCommand(withJson(each));
  cluster.addCommand(clusterInitCommand());
  return cluster;
}

function statusCommand(): Command {
  return new Command("status")
    .summary("show the servers: who leads, how far each is behind, clients, versions, clocks")
    .description(
      "Shows the servers of the cluster. BEHIND: how many batches of the log the database of the server lacks. " +
        "CLOCK: how far its clock is ahead of the clock of the leader. SINCE: when it was started, or last heard if it " +
        "is silent.",
    )
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        print(await server.ask({ type: "cluster" }), options, describe);
      });
    });
}

// The others notice at once that the leader has resigned. An election of NATS may take longer.
const TAKEOVER_MS = 15_000;

function stepDownCommand(): Command {
  return new Command("step-down")
    .summary("let another server lead, before planned work on this one")
    .description(
      "Ends leading. Another server takes over at once, and nobody is disconnected. The command waits until a server leads. " +
        "It fails if the server of this machine does not lead, or if no other one could.",
    )
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const { node } = await server.ask({ type: "cluster_step_down" });
        const leader = await nextLeader(server, node);
        print({ type: "cluster_step_down", node, leader }, options, () => {
          return `${named(node)} leads no more. ${named(leader)} leads.`;
        });
      });
    });
}

async function nextLeader(server: AdminClient, before: string): Promise<string> {
  const until = performance.now() + TAKEOVER_MS;
  do {
    const { leader } = await server.ask({ type: "cluster" });
    if (leader !== undefined && leader !== before) return leader;
    await new Promise((resolve) => setTimeout(resolve, 200));
  } while (performance.now() < until);
  throw new CommandFailure(
    `${named(before)} leads no more, but no other server leads yet. See classcord cluster.`,
  );
}

function forgetCommand(): Command {
  return new Command("forget")
    .summary("remove a server that does not come back")
    .description(
      "Removes a server that is stopped from the list. Data that was erased stays in the log until all servers of the list " +
        "have deleted it, so remove a server that does not come back. If it starts again, it is listed again.",
    )
    .argument("<node>", "its name, as classcord cluster shows it")
    .action(async (node: string, options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "cluster_forget", node });
        print(reply, options, () => `Removed ${named(reply.node)} from the cluster.`);
      });
    });
}

/** Describes a cluster in sentences and a table. */
export function describe(reply: ClusterReply): string {
  const lines = [headline(reply), table(reply.nodes, COLUMNS), ...warnings(reply)];
  return lines.join("\n");
}

function headline({ name, nodes, leader, log }: ClusterReply): string {
  const led = leader === undefined ? "led by none at the moment" : `led by ${named(leader)}`;
  const servers = `Cluster ${named(name)}: ${plural(nodes.length, "node")}, ${led}.`;
  if (log === undefined) return `${servers} The NATS servers do not answer.`;
  const all = log.servers.length;
  const current = log.servers.filter(({ current }) => current).length;
  const batches = `The log has ${number(Math.max(0, log.last - log.first + 1))} batches`;
  if (current === 0) return `${servers} ${batches}. Its NATS servers have no leader.`;
  return `${servers} ${batches} on ${current < all ? `${current} of ` : ""}${
    plural(all, "NATS server")
  }.`;
}

/** Clocks further apart than this are told, in milliseconds. */
const CLOCK_MS = 1_000;

function warnings({ nodes, log }: ClusterReply): string[] {
  const versions = new Set(nodes.map(({ version }) => version));
  return [
    ...nodes.flatMap(clockWarning),
    ...versions.size > 1 ? ["The nodes have different versions. Finish the update."] : [],
    ...log === undefined ? [] : logWarnings(log),
  ];
}

function clockWarning({ node, clock_ms: offset = 0 }: ClusterNodeRow): string[] {
  if (Math.abs(offset) < CLOCK_MS) return [];
  const how = `${span(Math.round(Math.abs(offset) / 1000))} ${offset > 0 ? "ahead" : "behind"}`;
  return [`The clock of ${named(node)} is ${how}. Synchronise the clocks of the machines.`];
}

function logWarnings({ servers, replicas }: ClusterLog): string[] {
  const lacking = servers.filter(({ current }) => !current);
  const current = servers.length - lacking.length;
  return [
    ...lacking.map(({ name, offline, lag }) => {
      const server = `The NATS server ${named(name)}`;
      if (offline) return `${server} cannot be reached.`;
      // Without a leader, and of a server that cannot be reached, NATS does not know the number.
      return `${server} is not current${
        lag > 0 && current > 0 ? `: it lacks ${number(lag)} batches` : ""
      }.`;
    }),
    ...servers.length < replicas ? [`The log should be on ${replicas} NATS servers.`] : [],
    ...replicas > 1 && 2 * current === replicas + 1
      ? ["If another NATS server stops, nobody can write."]
      : [],
  ];
}

function offsetText(offset: number | undefined): string {
  if (offset === undefined) return "–";
  const sign = offset > 0 ? "+" : offset < 0 ? "-" : "";
  const size = Math.abs(offset);
  return size < 10_000 ? `${sign}${size} ms` : `${sign}${span(Math.round(size / 1000))}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
