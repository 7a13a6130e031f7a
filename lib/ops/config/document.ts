// The example file and the documentation of the configuration, made from the table of settings.
import { CHANNEL_KEYS, CHANNEL_TABLE } from "./channels.ts";
import { allSettings, environmentNames, FLAGS, SECTIONS } from "./schema.ts";

const WIDTH = 96;

/** The text of `classcord.example.toml`: every key, commented out, with its default. */
export function exampleToml(): string {
  const sections = Object.entries(SECTIONS).map(([section, { help }]) => {
    const settings = allSettings().filter((each) => each.section === section)
      .map(({ key, setting }) =>
        [
          ...comment(`${setting.help} Expected: ${setting.expected}.`),
          `#${key} = ${toml(setting.default)}`,
        ]
          .join("\n")
      );
    return [...comment(help), `[${section}]`, "", settings.join("\n\n")].join("\n");
  });
  return `${comment(EXAMPLE_HEAD).join("\n")}\n\n${sections.join("\n\n")}\n\n${exampleChannel()}\n`;
}

function exampleChannel(): string {
  const keys = CHANNEL_KEYS.map(({ key, help, expected }) =>
    [...comment(`${help} Expected: ${expected}.`), `#  ${key} = ${EXAMPLE_CHANNEL[key]}`].join("\n")
  );
  return [...comment(CHANNEL_HELP), "#[[channel]]", "", keys.join("\n\n")].join("\n");
}

const CHANNEL_HELP = "A channel that always exists. The file can have multiple such tables, at " +
  "its end. If a table is removed, the channel stays as it was; `classcord channel` changes or deletes " +
  "it.";
const EXAMPLE_CHANNEL: Readonly<Record<string, string>> = {
  name: '"#profs"',
  topic: '"Between us"',
  roles: '["moderator"]',
  accounts: '["ada"]',
  read_only: "false",
};

const EXAMPLE_HEAD =
  "Settings of ClassCord, in TOML. Every key is listed with its default: remove the " +
  "# in front of a key to change it. Environment variables and flags override this file.";

/** The text of `docs/CONFIGURATION.md`. */
export function configurationPage(): string {
  const sections = Object.entries(SECTIONS).map(([section, { help }]) => {
    const rows = allSettings().filter((each) => each.section === section).map((each) => {
      const { key, setting } = each;
      const flag = FLAGS.find((known) => known.section === section && known.key === key);
      const variables = environmentNames(each).map((name) => `\`${name}\``).join(", ");
      return `### \`${section}.${key}\`\n\n${setting.help}\n\n` +
        `- Default: \`${toml(setting.default)}\`\n- Expected: ${setting.expected}\n` +
        (flag === undefined ? "" : `- Flag: \`${flag.flag} ${flag.value}\`\n`) +
        `- Environment: ${variables}\n` +
        (setting.restart ? "- A change applies at the next start.\n" : "");
    });
    return `## \`[${section}]\`\n\n${help}\n\n${rows.join("\n")}`;
  });
  const keys = CHANNEL_KEYS.map(({ key, help, expected }) =>
    `### \`${CHANNEL_TABLE}.${key}\`\n\n${help}\n\n- Expected: ${expected}\n`
  );
  const example = Object.entries(EXAMPLE_CHANNEL).map(([key, value]) => `${key} = ${value}\n`);
  const channels =
    `## \`[[${CHANNEL_TABLE}]]\`\n\n${CHANNEL_HELP} Only a file can have them. At each ` +
    "start, they override what was stored.\n\n" +
    `\`\`\`toml\n[[channel]]\n${example.join("")}\`\`\`\n\n${keys.join("\n")}`;
  return `${PAGE_HEAD}\n${sections.join("\n")}\n${channels}`;
}

const PAGE_HEAD = `# Configuration

<!-- Made by \`deno task docs\` from lib/ops/config/schema.ts. Changes belong there. -->

A setting can come from four sources. The first source that has it applies:

1. a **flag**, such as \`--port 4000\`
2. the **environment**, such as \`CLASSCORD_SERVER_PORT=4000\`
3. a **TOML file**: the one that \`--config FILE\` or \`CLASSCORD_CONFIG\` names, else
   \`/etc/classcord/classcord.toml\` if it exists
4. the **default**

\`\`\`toml
[server]
port = 4000

[auth]
registration = false
\`\`\`

[classcord.example.toml](../classcord.example.toml) lists every key with its default. \`classcord config\`
prints the settings in force and the source of each; \`classcord config --example\` prints the example.

An unknown key or an invalid value stops the start with exit code 78. Each mistake has one line: the file,
the key, the expected value and the actual one. An unknown environment variable that begins with
\`CLASSCORD_\` causes a warning in the log. In the environment and in flags, commas separate the items of
a list.

\`classcord reload\`, \`systemctl reload classcord\` and SIGHUP reload the settings and reopen the log. Invalid
settings change nothing: the answer and the log give the reason. Settings that require a restart are marked
below, and a reload names them.
`;

/** A value as TOML. */
export function toml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toml).join(", ")}]`;
  return JSON.stringify(value);
}

function comment(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1]!;
    if (line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => `# ${line}`);
}
