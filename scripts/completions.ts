// Generates shell completions from the command line. `classcord complete` prints the names of users and channels.
import { createProgram } from "../lib/cli/program.ts";
import {
  choicesOf,
  completedBy,
  flagsOf,
  groupsOf,
  type Leaf,
  leavesOf,
  visible,
} from "./command_tree.ts";

/** Returns the completion script for bash. */
export function bashCompletion(): string {
  const program = createProgram();
  const cases = leavesOf(program).map((leaf) =>
    `    "${leaf.path}") words="${wordsOf(leaf).join(" ")}"${
      completedBy(leaf.command) === undefined ? "" : ` live=${completedBy(leaf.command)}`
    } ;;`
  );
  const groups = groupsOf(program).map(({ name, subcommands }) =>
    `    ${name})
      path="$path \${COMP_WORDS[2]}"
      [ "$COMP_CWORD" -gt 2 ] || { words="${subcommands.join(" ")}"; files=; }
      ;;`
  );
  return `# Completion of classcord for bash.
_classcord() {
  local words= live= files=-f name path="\${COMP_WORDS[1]}" current="\${COMP_WORDS[COMP_CWORD]}"
  case "$path" in
${groups.join("\n")}
  esac
  case "$path" in
${cases.join("\n")}
  esac
  [ "$COMP_CWORD" -gt 1 ] || { words="${
    visible(program).map((each) => each.name()).join(" ")
  }"; files=; }
  if [ -n "$live" ] && [[ $current != -* ]]; then
    # These are no file names: spaces and signs in them are quoted here.
    compopt +o filenames 2>/dev/null
    COMPREPLY=()
    while IFS= read -r name; do
      [[ $name == "$current"* ]] && COMPREPLY+=("$(printf %q "$name")")
    done < <(classcord complete "$live" 2>/dev/null)
    return
  fi
  mapfile -t COMPREPLY < <(compgen $files -W "$words" -- "$current")
}
complete -o filenames -F _classcord classcord
`;
}

/** Returns the completion script for zsh. */
export function zshCompletion(): string {
  const program = createProgram();
  const commands = visible(program).map((command) =>
    `    '${command.name()}:${quotable(command.summary())}'`
  );
  const groups = groupsOf(program);
  const cases = leavesOf(program).map((leaf) => {
    const live = completedBy(leaf.command);
    const names = live === undefined ? "" : ` live=${live}`;
    return `    '${leaf.path}') found=(${wordsOf(leaf).join(" ")})${names} ;;`;
  });
  const subcommands = groups.map(({ name, subcommands }) =>
    `    ${name}) compadd -- ${subcommands.join(" ")} ;;`
  );
  return `#compdef classcord
# Completion of classcord for zsh.
local -a commands words_of_command live_names
commands=(
${commands.join("\n")}
)
_classcord_words() {
  local -a found
  local live=
  case "$1" in
${cases.join("\n")}
  esac
  words_of_command=($found)
  live_names=()
  [[ -n $live ]] && live_names=("\${(@f)$(classcord complete $live 2>/dev/null)}")
}
if (( CURRENT == 2 )); then
  _describe command commands
elif (( CURRENT == 3 )) && [[ $words[2] == (${groups.map(({ name }) => name).join("|")}) ]]; then
  case "$words[2]" in
${subcommands.join("\n")}
  esac
else
  local command_path="$words[2]"
  [[ $command_path == (${
    groups.map(({ name }) => name).join("|")
  }) ]] && command_path="$words[2] $words[3]"
  _classcord_words "$command_path"
  live_names=(\${live_names:#})
  (( $#live_names )) && compadd -a live_names
  compadd -- $words_of_command
  (( $#live_names )) || _files
fi
`;
}

/** Returns the completion script for fish. */
export function fishCompletion(): string {
  const program = createProgram();
  const groups = groupsOf(program);
  const top = visible(program).map((command) =>
    `complete -c classcord -n __fish_use_subcommand -a ${command.name()} -d '${
      quotable(command.summary())
    }'`
  );
  const grouped = groups.map(({ name, subcommands }) =>
    `complete -c classcord -n '__fish_seen_subcommand_from ${name}; and not ` +
    `__fish_seen_subcommand_from ${subcommands.join(" ")}' -f -a '${subcommands.join(" ")}'`
  );
  const leaves = leavesOf(program).flatMap((leaf) => {
    const seen = `-n '${
      leaf.path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ")
    }'`;
    const live = completedBy(leaf.command);
    return [
      ...flagsOf(leaf.command).map((flag) => `complete -c classcord ${seen} -l ${flag.slice(2)}`),
      ...choicesOf(leaf.command).map((word) => `complete -c classcord ${seen} -a ${word}`),
      ...(live === undefined ? [] : [
        `complete -c classcord ${seen} -f -a '(classcord complete ${live} 2>/dev/null)'`,
      ]),
    ];
  });
  return `# Completion of classcord for fish.\n${[...top, ...grouped, ...leaves].join("\n")}\n`;
}

function wordsOf({ command }: Leaf): string[] {
  return [...choicesOf(command), ...flagsOf(command)];
}

function quotable(summary: string): string {
  return summary.replaceAll("'", "").replaceAll(":", " -");
}
