// The texts of docs/CONFIGURATION.md: the introduction, and the program's own descriptions of its settings.
import { CHANNEL_KEYS, CHANNEL_TABLE } from "../../lib/ops/config/channels.ts";
import { CHANNEL_HELP } from "../../lib/ops/config/document.ts";
import { allSettings, SECTIONS } from "../../lib/ops/config/schema.ts";
import type { PageTexts } from "./page.ts";

const HEAD = `# Configuration

<!-- Made by \`deno task docs\` from the settings in lib/ops/config. Change them there. -->

In French: [fr/CONFIGURATION.md](fr/CONFIGURATION.md).

The server looks for a setting in four places and uses the first value that it finds:

1. a **flag**, such as \`--port 4000\`
2. the **environment**, such as \`CLASSCORD_SERVER_PORT=4000\`
3. a **TOML file**: the file that \`--config FILE\` or \`CLASSCORD_CONFIG\` names, otherwise
   \`/etc/classcord/classcord.toml\` if it exists
4. the **default**

\`\`\`toml
[server]
port = 4000

[auth]
registration = false
\`\`\`

[classcord.example.toml](../classcord.example.toml) lists every key with its default. \`classcord config\`
prints the settings in force and the source of each value. \`classcord config --example\` prints the example.

The server does not start if a key is unknown or a value is not valid. It exits with code 78 and prints one line for
each mistake: the file, the key, what was expected and what the file has. An unknown environment variable that begins
with \`CLASSCORD_\` causes a warning in the log. In flags and in the environment, commas separate the items of a list.

\`classcord reload\`, \`systemctl reload classcord\` and SIGHUP read the settings again and reopen the log. If something
is wrong, nothing changes, and the reply and the log say why. Some settings take effect at the next start only: this
page marks them, and the reload names them.
`;

/** The texts of the English page. */
export const english: PageTexts = {
  head: HEAD,
  labels: {
    default: "Default",
    expected: "Expected",
    flag: "Flag",
    environment: "Environment",
  },
  colon: ": ",
  restart: "A change takes effect at the next start.",
  section: (name) => SECTIONS[name as keyof typeof SECTIONS].help,
  setting: helpOf,
  expected: (words) => words,
  channelTables:
    `${CHANNEL_HELP} Only the configuration file can define these tables. At each start and reload ` +
    "they override what the database has.",
};

function helpOf(path: string): string {
  const dot = path.lastIndexOf(".");
  const [section, key] = [path.slice(0, dot), path.slice(dot + 1)];
  const described = section === CHANNEL_TABLE
    ? CHANNEL_KEYS.find((each) => each.key === key)
    : allSettings().find((each) => each.section === section && each.key === key)?.setting;
  if (described === undefined) throw new Error(`Expected a setting, got ${path}.`);
  return described.help;
}
