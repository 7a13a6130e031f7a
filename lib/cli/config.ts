// `classcord config`: prints the settings in force and the origin of each value.
import { Command } from "commander";
import { exampleToml, toml } from "../ops/config/document.ts";
import { SECTIONS } from "../ops/config/schema.ts";
import { type Settings, settingsOf, USES, withSettings } from "./settings.ts";
import { harmless, harmlessLines } from "./terminal/text.ts";

/** Returns the command that prints the configuration. */
export function configCommand(): Command {
  return withSettings(new Command("config"), USES.everything)
    .summary("print the settings in force and where each comes from")
    .description(
      "Prints the settings in force as TOML, each with its source: a flag, an environment variable,\n" +
        "a file, or the default. Reports invalid settings as the server does.",
    )
    .option("--example", "print an example file with every key instead")
    .action((options: { example?: true }, command: Command) => {
      if (options.example) {
        console.log(exampleToml().trimEnd());
        return;
      }
      const settings = settingsOf(command);
      console.log(harmlessLines(listSettings(settings)));
      for (const warning of settings.warnings) console.error(`warning: ${harmless(warning)}`);
    });
}

function listSettings({ config, source }: Settings): string {
  const { channel, ...sections } = config;
  const values: Record<string, Record<string, unknown>> = sections;
  const lines = Object.keys(SECTIONS).flatMap((section) => [
    `[${section}]`,
    ...Object.entries(values[section]!).map(([key, value]) =>
      `${`${key} = ${toml(value)}`.padEnd(44)} # ${source(section, key)}`
    ),
    "",
  ]);
  for (const { name, topic, roles, accounts, readOnly } of channel) {
    const keys = { name, topic, roles, accounts, read_only: readOnly };
    lines.push("[[channel]]");
    for (const [key, value] of Object.entries(keys)) {
      if (value !== undefined) lines.push(`${key} = ${toml(value)}`);
    }
    lines.push("");
  }
  return lines.join("\n").trimEnd();
}
