// Runs the commands of the deployment guide on a booted machine, and compares their output with the guide.
//
// It runs the commands of fences marked `console`. `$ ` begins a command and `> ` continues it. The other lines
// are the output; `…` replaces any lines. A comment `<!-- machine: NAME -->` names the machine for the fences
// after it. Numbers may differ.
import assert from "node:assert/strict";
import { type Machine, run } from "./machine.ts";
import { step } from "./step.ts";

/** A page of the guide below docs, and its French twin. */
export interface Page {
  readonly english: string;
  readonly french: string;
}

/** The pages of the guide, in the order in which their commands are run. */
export const PAGES: readonly Page[] = [
  { english: "DEPLOYMENT.md", french: "fr/DEPLOIEMENT.md" },
  { english: "FIREWALL.md", french: "fr/PARE-FEU.md" },
  { english: "MONITORING.md", french: "fr/SUPERVISION.md" },
  { english: "TLS.md", french: "fr/TLS.md" },
  { english: "WEB.md", french: "fr/WEB.md" },
  { english: "PROXIES.md", french: "fr/PROXYS.md" },
  { english: "DOCKER.md", french: "fr/DOCKER.md" },
  { english: "LESSON.md", french: "fr/COURS.md" },
];

/** A command and its output. */
export interface Command {
  readonly text: string;
  /** Lines; `…` replaces any. If empty, any output is accepted if the command succeeds. */
  readonly output: readonly string[];
  /** Its line in the page. */
  readonly line: number;
}

/** The machines that the guide has commands for: with the package, without it, and a teacher's with the package. */
export const CHAPTERS = ["package", "by hand", "lesson"] as const;

/** One of {@linkcode CHAPTERS}. */
export type Chapter = (typeof CHAPTERS)[number];

/** Returns the commands of a page for one machine. */
export function commandsOf(page: string, chapter: Chapter): Command[] {
  const commands: { text: string; output: string[]; line: number }[] = [];
  let machine = "none";
  let inside = false;
  for (const [index, line] of page.split("\n").entries()) {
    const named = /^<!-- machine: (.+) -->$/.exec(line)?.[1];
    if (named !== undefined) machine = named;
    else if (line.startsWith("```")) inside = line === "```console";
    else if (inside && machine === chapter) {
      const last = commands.at(-1);
      if (line.startsWith("$ ")) {
        commands.push({ text: line.slice(2), output: [], line: index + 1 });
      } else if (line.startsWith("> ") && last?.output.length === 0) {
        last.text += `\n${line.slice(2)}`;
      } else last?.output.push(line);
    }
  }
  return commands;
}

/**
 * Compares the output of a command with the guide.
 *
 * @returns The first line that is missing or unexpected; `undefined` if there is none.
 */
export function difference(
  shown: readonly string[],
  printed: readonly string[],
): string | undefined {
  let at = 0;
  let anything = false;
  for (const line of shown) {
    if (line === "…") {
      anything = true;
      continue;
    }
    const wanted = mask(line);
    const found = anything
      ? printed.findIndex((each, index) => index >= at && mask(each) === wanted)
      : at < printed.length && mask(printed[at]!) === wanted
      ? at
      : -1;
    if (found === -1) return `expected ${JSON.stringify(line)}, got ${JSON.stringify(printed[at])}`;
    at = found + 1;
    anything = false;
  }
  if (anything || at === printed.length) return undefined;
  return `expected nothing more, got ${JSON.stringify(printed[at])}`;
}

function mask(line: string): string {
  return line.replace(/\b[\da-f]{12}\b/g, "0").replace(/\d+/g, "0").replace(/\s+/g, " ").trim();
}

/** What {@linkcode proveGuide} runs. */
export interface GuideOptions {
  /** The repository, with the executable in dist. */
  readonly root: string;
  readonly chapter: Chapter;
  /** Path of the package. */
  readonly deb: string;
  /** Whether to print the output instead of comparing it, in order to copy it to the guide. */
  readonly print: boolean;
  /** Called after each command. */
  readonly after?: (command: Command) => Promise<void>;
}

const ADMINISTRATOR = "prof";
/** The directory in which the commands run. */
export const HOME = `/home/${ADMINISTRATOR}`;

/** Runs the commands of a chapter as an administrator with sudo. */
export async function proveGuide(machine: Machine, options: GuideOptions): Promise<void> {
  const { root, chapter, deb, print, after } = options;
  const commands = PAGES.flatMap(({ english }) =>
    commandsOf(Deno.readTextFileSync(`${root}docs/${english}`), chapter)
      .map((command) => ({ command, page: english }))
  );
  assert.ok(commands.length > 0, chapter);
  await machine.run(`echo "127.0.1.1 $(hostname)" >>/etc/hosts
    useradd --create-home --shell /bin/bash ${ADMINISTRATOR}
    echo '${ADMINISTRATOR} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/${ADMINISTRATOR}`);
  if (chapter === "by hand") await putClone(machine, root);
  else await machine.put(deb, HOME);
  await machine.run(`chown -R ${ADMINISTRATOR} ${HOME}`);
  await step(`the guide's ${commands.length} commands (${chapter})`, async () => {
    for (const { command, page } of commands) {
      await runCommand(machine, command, { page, print });
      await after?.(command);
    }
  });
}

async function putClone(machine: Machine, root: string): Promise<void> {
  const clone = `${machine.root}${HOME}/classcord`;
  await run("mkdir", clone);
  const parts = ["install.sh", "classcord.example.toml", "packaging", "systemd", "fail2ban"];
  for (const part of [...parts, "logrotate", "ufw"]) await run("cp", "-a", `${root}${part}`, clone);
  await run("mkdir", `${clone}/dist`);
  for (const part of ["program", "share"]) {
    await run("cp", "-a", `${root}dist/${part}`, `${clone}/dist`);
  }
}

async function runCommand(
  machine: Machine,
  command: Command,
  { page, print }: { page: string; print: boolean },
): Promise<void> {
  const script = `cd ${HOME}; [ ! -d classcord ] || cd classcord\n{ ${command.text}\n} 2>&1`;
  const quoted = shellQuote(`export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive; ${script}`);
  const told = await machine.run(
    `code=0; runuser -l ${ADMINISTRATOR} -c ${quoted} || code=$?; printf '\\n%s' $code`,
  );
  const lines = told.split("\n");
  const code = Number(lines.pop());
  const printed = lines.map((line) => line.replaceAll(ESCAPES, "").trimEnd());
  while (printed.at(-1) === "") printed.pop();
  if (print) {
    console.log([`$ ${command.text}`, ...printed].join("\n"));
    return;
  }
  const where = `${page}:${command.line}: ${command.text}`;
  if (command.output.length === 0) {
    assert.equal(code, 0, `${where}\n${printed.join("\n")}`);
    return;
  }
  const differs = difference(command.output, printed);
  assert.equal(differs, undefined, `${where}\n${differs}\nIt printed:\n${printed.join("\n")}`);
}

// deno-lint-ignore no-control-regex -- colours
const ESCAPES = /\x1b\[[\d;?]*[a-zA-Z]/g;

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
