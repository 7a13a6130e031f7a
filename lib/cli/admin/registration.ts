// `classcord registration …`: opens registration for a time, for all addresses or for one network.
import { Command } from "commander";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import type { RegistrationRow } from "../../protocol/replies/invite_admin.ts";
import { type Column, table } from "../terminal/table.ts";
import { clock, plural } from "../terminal/units.ts";
import { withJson, withServer } from "./connect.ts";
import { limited } from "./invites.ts";
import { named, type OutputOptions, print } from "./output.ts";

const EVERYWHERE = "all addresses";

const COLUMNS: readonly Column<RegistrationRow>[] = [
  { title: "NETWORK", text: ({ network }) => network ?? EVERYWHERE },
  { title: "UNTIL", text: ({ until }) => clock(until) },
  { title: "BY", text: ({ opened_by: by }) => by },
];

/** Returns the command with its subcommands. */
export function registrationCommand(): Command {
  const registration = new Command("registration")
    .summary("open registration for a time and a network, or close it")
    .description(
      "Opens registration of the running server for a time, whatever auth.registration says. Clients of any age can " +
        "then register.",
    );
  for (const each of [openCommand(), closeCommand(), statusCommand()]) {
    registration.addCommand(withJson(each));
  }
  return registration;
}

interface NetworkOptions extends OutputOptions {
  readonly network?: string;
}

function openCommand(): Command {
  return new Command("open")
    .summary("open registration for a time")
    .option("--for <duration>", "how long, such as 50min or 2h (default: 30min)", limited)
    .option("--network <range>", "only for this address or range, such as 10.0.0.0/8")
    .action(async (options: NetworkOptions & { for?: number }, command: Command) => {
      const { network, for: seconds } = options;
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "registration_open", for: seconds, network });
        print(reply, options, () => {
          const who = named(reply.network ?? EVERYWHERE);
          return `Registration is open for ${who} until ${clock(reply.until)}.`;
        });
      });
    });
}

function closeCommand(): Command {
  return new Command("close")
    .summary("close registration before its time is over")
    .description(
      "Ends the times of open registration. The setting auth.registration stays in force.",
    )
    .option("--network <range>", "only that of this address or range")
    .action(async (options: NetworkOptions, command: Command) => {
      const { network } = options;
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "registration_close", network });
        print(reply, options, ({ closed }) => {
          if (closed === 0) return "Registration was not open for a time.";
          return `Closed ${plural(closed, "time")} of open registration.`;
        });
      });
    });
}

function statusCommand(): Command {
  return new Command("status")
    .summary("show for whom registration is open, and until when")
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        print(await server.ask({ type: "registration" }), options, describe);
      });
    });
}

function describe({ registration, windows }: ReplyOf<"registration">): string {
  const setting = `auth.registration = ${JSON.stringify(registration)}`;
  if (windows.length === 0) return `${setting}; not open for a time.`;
  return `${setting}; open for a time for:\n${table(windows, COLUMNS)}`;
}
