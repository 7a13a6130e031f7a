// Generates the manual pages from the command line and the table of settings.
import { Command, type Option } from "commander";
import { createProgram } from "../lib/cli/program.ts";
import { USES, withSettings } from "../lib/cli/settings.ts";
import { toml } from "../lib/ops/config/document.ts";
import { allSettings, environmentNames, SECTIONS } from "../lib/ops/config/schema.ts";
import { VERSION } from "../lib/version.ts";
import { type Leaf, leavesOf } from "./command_tree.ts";
import { bashCompletion, fishCompletion, zshCompletion } from "./completions.ts";

/** The paths of the pages and completions below `share`. */
const FILES: readonly [path: string, make: () => string][] = [
  ["man/man1/classcord.1", programPage],
  ["man/man5/classcord.toml.5", settingsPage],
  ["bash-completion/completions/classcord", bashCompletion],
  ["zsh/site-functions/_classcord", zshCompletion],
  ["fish/vendor_completions.d/classcord.fish", fishCompletion],
];

/** Writes all pages and completions below a directory `share`. */
export function writeManuals(share: string): void {
  for (const [path, make] of FILES) {
    const file = `${share}/${path}`;
    Deno.mkdirSync(file.replace(/\/[^/]*$/, ""), { recursive: true, mode: 0o755 });
    Deno.writeTextFileSync(file, make(), { mode: 0o644 });
  }
}

/** Returns the page classcord(1) as roff. */
function programPage(): string {
  const leaves = leavesOf(createProgram());
  const settings = withSettings(new Command(), USES.everything).options;
  const flags = new Set(settings.map(({ flags }) => flags));
  const alone = leaves.filter(({ command }) => !talksToServer(command));
  const remote = leaves.filter(({ command }) => talksToServer(command));
  const common = remote[0]!.command.options.filter(({ long }) => SOCKET_FLAGS.has(long ?? ""));
  return `.TH CLASSCORD 1 "" "ClassCord ${VERSION}"
.SH NAME
classcord \\- chat server for a school, a class or a small office
.SH SYNOPSIS
.B classcord
.RI [ command ]
.RI [ options ]
.SH DESCRIPTION
Clients connect over TCP and speak one JSON object a line. Without a command the server is started.
Settings come from flags, the environment, a file and defaults, in this order; see
.BR classcord.toml (5).
.SH COMMANDS
The server and
.B classcord config
take all of these options, other commands those that have an effect on them. The package sets some of the
settings in
.IR /etc/classcord/classcord.toml :
${settings.map(optionText).join("\n")}
${
    alone.map((leaf) =>
      section(leaf, leaf.command.options.filter((option) => !flags.has(option.flags)))
    ).join("\n")
  }
.SH A RUNNING SERVER
These commands talk to the server over its admin socket, a Unix socket. Its owner and its group may use it:
with the package, the members of the group
.BR classcord .
What they do is in the audit log as
.IR operator:NAME .
All take these options, and most take
.B \\-\\-json
for programs:
${common.map(optionText).join("\n")}
${remote.map((leaf) => section(leaf, ownOptions(leaf.command))).join("\n")}
.SH EXIT STATUS
0 done, 1 failed, 2 wrong command line, 69 the server does not run, 77 not allowed to use the admin
socket or the data, 78 wrong configuration, 130 interrupted.
.SH SIGNALS
.TP
.B SIGHUP
The log file is opened anew, after logrotate moved it, and the settings are read again.
.TP
.B SIGTERM, SIGINT
Clients are told, what is queued is written out, and the server ends. A second one ends it at once.
.SH FILES
.TP
.I /etc/classcord/classcord.toml
Settings.
.TP
.I /var/lib/classcord/classcord.db
Accounts and messages.
.TP
.I /run/classcord/admin.sock
The admin socket: the commands for a running server use it, and so may members of the group classcord.
.TP
.I /var/log/classcord/classcord.log
The log; fail2ban reads it.
.TP
.I /var/backups/classcord
Nightly copies of the database.
.SH SEE ALSO
.BR classcord.toml (5),
.BR fail2ban (1),
.BR logrotate (8)
`;
}

/** Returns the page classcord.toml(5) as roff. */
function settingsPage(): string {
  const sections = Object.entries(SECTIONS).map(([section, { help }]) => {
    const settings = allSettings().filter((each) => each.section === section).map((each) =>
      `.TP\n.B ${roff(each.key)} = ${roff(toml(each.setting.default))}\n` +
      `${roff(plain(each.setting.help))} Expected: ${roff(each.setting.expected)}. ` +
      `Environment: ${roff(environmentNames(each).join(", "))}.`
    );
    return `.SS [${section}]\n${roff(help)}\n${settings.join("\n")}`;
  });
  return `.TH CLASSCORD.TOML 5 "" "ClassCord ${VERSION}"
.SH NAME
classcord.toml \\- settings of ClassCord
.SH DESCRIPTION
A TOML file.
.B classcord
reads the one that
.B \\-\\-config
or
.B CLASSCORD_CONFIG
names, else
.IR /etc/classcord/classcord.toml .
A flag counts over the environment, that over the file, that over the default.
.B classcord config
prints what is in force and where it came from. An unknown key or an impossible value ends the start.
.SH SETTINGS
Each with its default.
${sections.join("\n")}
.SH SEE ALSO
.BR classcord (1)
`;
}

const SOCKET_FLAGS: ReadonlySet<string> = new Set(["--socket", "--config", "--data-dir"]);

function talksToServer({ options }: Command): boolean {
  return options.some(({ long }) => long === "--socket");
}

function ownOptions({ options }: Command): readonly Option[] {
  return options.filter(({ long }) => !SOCKET_FLAGS.has(long ?? "") && long !== "--json");
}

function section({ path, command }: Leaf, options: readonly Option[]): string {
  return [
    `.SS ${roff(`classcord ${path} ${command.usage()}`)}`,
    roff(sentence(command.summary() || command.description())),
    ...options.map(optionText),
  ].join("\n");
}

function optionText({ flags, description }: Option): string {
  return `.TP\n.B ${roff(flags)}\n${roff(plain(description))}`;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return first.endsWith(".") ? first : `${first}.`;
}

function plain(text: string): string {
  return text.replaceAll("`", "");
}

function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq").replace(
    /^([.'])/gm,
    "\\&$1",
  );
}
