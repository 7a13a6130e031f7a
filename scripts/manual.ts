// The manual pages and the shell completions, made from the command line and the table of settings.
import type { Command } from "commander";
import { createProgram } from "../lib/cli/program.ts";
import { toml } from "../lib/ops/config/document.ts";
import { allSettings, environmentNames, SECTIONS } from "../lib/ops/config/schema.ts";
import { VERSION } from "../lib/version.ts";

/** The page classcord(1), as roff. */
export function programPage(): string {
  const program = createProgram();
  const commands = leaves(program).map(({ path, command }) =>
    [
      `.SS ${roff(`${path} ${usage(command)}`)}`,
      roff(sentence(command.summary() || command.description())),
      ...command.options.map((option) =>
        `.TP\n.B ${roff(option.flags)}\n${roff(option.description)}`
      ),
    ].join("\n")
  );
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
${commands.join("\n")}
.SH EXIT STATUS
0 done, 1 failed, 2 wrong command line, 69 the server does not run, 77 not allowed to use the admin
socket, 78 wrong configuration, 130 interrupted.
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

/** The page classcord.toml(5), as roff. */
export function settingsPage(): string {
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

interface Leaf {
  readonly path: string;
  readonly command: Command;
}

function leaves(command: Command, path = "classcord"): Leaf[] {
  return command.commands.flatMap((child) => {
    const at = `${path} ${child.name()}`;
    return child.commands.length > 0 ? leaves(child, at) : [{ path: at, command: child }];
  });
}

function usage(command: Command): string {
  return command.usage();
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return first.endsWith(".") ? first : `${first}.`;
}

function plain(text: string): string {
  return text.replaceAll("`", "");
}

function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^([.'])/gm, "\\&$1");
}

/** Completion for bash. */
export function bashCompletion(): string {
  const cases = leaves(createProgram()).map(({ path, command }) =>
    `    "${path.replace("classcord ", "")}") words="${flags(command).join(" ")}" ;;`
  );
  return `# Completion of classcord for bash.
_classcord() {
  local words path="\${COMP_WORDS[1]} \${COMP_WORDS[2]}"
  case "\$path" in
    "user "*) [ "\$COMP_CWORD" -gt 2 ] || words="${subcommands("user").join(" ")}" ;;
    *) path="\${COMP_WORDS[1]}" ;;
  esac
  case "\$path" in
${cases.join("\n")}
  esac
  [ "\$COMP_CWORD" -gt 1 ] || words="${subcommands().join(" ")}"
  mapfile -t COMPREPLY < <(compgen -f -W "\$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o filenames -F _classcord classcord
`;
}

/** Completion for zsh. */
export function zshCompletion(): string {
  const commands = createProgram().commands.map((command) =>
    `    '${command.name()}:${command.summary().replaceAll("'", "")}'`
  );
  const cases = leaves(createProgram()).map(({ path, command }) =>
    `    '${path.replace("classcord ", "")}') compadd -- ${flags(command).join(" ")} ;;`
  );
  return `#compdef classcord
# Completion of classcord for zsh.
local -a commands=(
${commands.join("\n")}
)
if (( CURRENT == 2 )); then
  _describe command commands
elif [[ \$words[2] == user ]] && (( CURRENT == 3 )); then
  compadd -- ${subcommands("user").join(" ")}
else
  local path="\$words[2]"
  [[ \$path == user ]] && path="user \$words[3]"
  case "\$path" in
${cases.join("\n")}
  esac
  _files
fi
`;
}

/** Completion for fish. */
export function fishCompletion(): string {
  const top = createProgram().commands.map((command) =>
    `complete -c classcord -n __fish_use_subcommand -a ${command.name()} -d '${
      command.summary().replaceAll("'", "")
    }'`
  );
  const options = leaves(createProgram()).flatMap(({ path, command }) =>
    flags(command).map((flag) =>
      `complete -c classcord -n '__fish_seen_subcommand_from ${path.split(" ").at(-1)}' -l ${
        flag.slice(2)
      }`
    )
  );
  const user = `complete -c classcord -n '__fish_seen_subcommand_from user' -a '${
    subcommands("user").join(" ")
  }'`;
  return `# Completion of classcord for fish.\n${[...top, user, ...options].join("\n")}\n`;
}

function flags(command: Command): string[] {
  return [...command.options.flatMap(({ long }) => long ?? []), "--help"];
}

function subcommands(of?: string): string[] {
  const program = createProgram();
  const command = of === undefined ? program : program.commands.find((each) => each.name() === of)!;
  return command.commands.map((each) => each.name());
}
