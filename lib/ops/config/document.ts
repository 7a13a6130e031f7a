// Generates the example configuration file from the table of settings.
import { CHANNEL_KEYS } from "./channels.ts";
import { allSettings, SECTIONS } from "./schema.ts";

const WIDTH = 96;

/** Returns the text of `classcord.example.toml`: each key, commented out, with its default. */
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

/** The help text of `[[channel]]` tables. */
export const CHANNEL_HELP = "A channel that always exists. The file may have multiple tables, " +
  "after all sections. If you remove a table, the channel stays as it was; `classcord channel` " +
  "changes or deletes it.";

/** The keys of an example table, with their values as TOML. */
export const EXAMPLE_CHANNEL: Readonly<Record<string, string>> = {
  name: '"#profs"',
  topic: '"Between us"',
  roles: '["moderator"]',
  accounts: '["ada"]',
  groups: '["2SLAM"]',
  read_only: "false",
};

const EXAMPLE_HEAD =
  "Settings of ClassCord, as TOML. Every key is listed with its default. To change a setting, " +
  "remove the # in front of it. Environment variables and flags override this file.";

/** Formats a value as TOML. */
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
