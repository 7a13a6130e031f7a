// `classcord clients` and `classcord disconnect`: lists and closes connections.
import { Command, InvalidArgumentError } from "commander";
import { hostPort } from "../../net/address.ts";
import type { ClientRow } from "../../protocol/replies/operator.ts";
import { type Column, table } from "../terminal/table.ts";
import { clock, size, span } from "../terminal/units.ts";
import { withJson, withServer } from "./connect.ts";
import { named, type OutputOptions, print, reasonOf } from "./output.ts";

const COLUMNS: readonly Column<ClientRow>[] = [
  { title: "CONN", text: ({ conn }) => String(conn), align: "right" },
  { title: "USER", text: ({ user }) => user ?? "-" },
  { title: "ROLE", text: ({ role }) => role },
  { title: "STATE", text: ({ state }) => state ?? "-" },
  { title: "ADDRESS", text: ({ address, port }) => peerText(address, port) },
  { title: "CHANNEL", text: ({ channel }) => channel ?? "-" },
  { title: "SINCE", text: ({ since }) => clock(since) },
  { title: "IDLE", text: ({ idle }) => span(idle), align: "right" },
  { title: "QUEUED", text: ({ queued }) => size(queued), align: "right" },
];

/** Only in a cluster. */
const NODE: Column<ClientRow> = { title: "NODE", text: ({ node }) => node ?? "-" };

/** Returns the command that lists the connections. */
export function clientsCommand(): Command {
  return withJson(new Command("clients"))
    .summary("list who is connected, from where and since when")
    .argument(
      "[filter]",
      "part of a name or of an address, the number of a connection, or a server of the cluster",
    )
    .action(async (filter: string | undefined, options: OutputOptions, command: Command) => {
      await withServer(command, async (server, me) => {
        const reply = await server.ask({ type: "clients", filter });
        // Leaves out the connection of this command itself.
        const clients = reply.clients.filter(({ conn }) => conn !== me);
        print({ ...reply, clients, total: clients.length }, options, () => describe(clients));
      });
    });
}

/** Returns the command that closes one connection. */
export function disconnectCommand(): Command {
  return withJson(new Command("disconnect"))
    .summary("close one connection; the user can reconnect (see kick and ban)")
    .argument("<connection>", "its number, as classcord clients shows it", connectionNumber)
    .argument("[reason...]", "shown to the user")
    .action(
      async (conn: number, reason: string[], options: OutputOptions, command: Command) => {
        await withServer(command, async (server) => {
          const reply = await server.ask({ type: "disconnect", conn, ...reasonOf(reason) });
          print(reply, options, ({ user }) => {
            return `Disconnected ${conn}${user === undefined ? "" : ` (${named(user)})`}.`;
          });
        });
      },
    );
}

/** Formats the address and the port of a connection. */
export function peerText(address: string, port: number): string {
  return port === 0 ? address : hostPort(address, port);
}

function describe(clients: readonly ClientRow[]): string {
  if (clients.length === 0) return "Nobody is connected.";
  const [conn, ...others] = COLUMNS;
  return table(clients, clients.some(({ node }) => node) ? [conn!, NODE, ...others] : COLUMNS);
}

function connectionNumber(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected the number of a connection. See classcord clients.");
}
