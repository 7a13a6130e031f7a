// Generates the page that explains every setting, in the language of the given texts.
import { CHANNEL_KEYS, CHANNEL_TABLE } from "../../lib/ops/config/channels.ts";
import { EXAMPLE_CHANNEL, toml } from "../../lib/ops/config/document.ts";
import { allSettings, environmentNames, FLAGS, SECTIONS } from "../../lib/ops/config/schema.ts";

/** The texts of the page in one language. */
export interface PageTexts {
  /** The introduction. */
  readonly head: string;
  readonly labels: Readonly<Record<"default" | "expected" | "flag" | "environment", string>>;
  /** Separates a label from its value. */
  readonly colon: string;
  /** The note on a setting that a reload does not change. */
  readonly restart: string;
  /** Returns what a section is about. */
  readonly section: (name: string) => string;
  /** Returns what a setting is for; `path` is for example `server.port` or `channel.name`. */
  readonly setting: (path: string) => string;
  /** Returns which values a setting accepts, given the program's English text. */
  readonly expected: (words: string) => string;
  /** The text before the keys of a `[[channel]]` table. */
  readonly channelTables: string;
}

/** Returns the text of the page. */
export function configurationPage(texts: PageTexts): string {
  const sections = Object.keys(SECTIONS).map((section) =>
    `## \`[${section}]\`\n\n${texts.section(section)}\n\n${settingsOf(section, texts).join("\n")}`
  );
  const keys = CHANNEL_KEYS.map(({ key, expected }) => {
    const path = `${CHANNEL_TABLE}.${key}`;
    return heading(path, texts) + item("expected", texts.expected(expected), texts);
  });
  const example = Object.entries(EXAMPLE_CHANNEL).map(([key, value]) => `${key} = ${value}\n`);
  const channels = `## \`[[${CHANNEL_TABLE}]]\`\n\n${texts.channelTables}\n\n` +
    `\`\`\`toml\n[[${CHANNEL_TABLE}]]\n${example.join("")}\`\`\`\n\n${keys.join("\n")}`;
  return `${texts.head}\n${sections.join("\n")}\n${channels}`;
}

function settingsOf(section: string, texts: PageTexts): string[] {
  return allSettings().filter((each) => each.section === section).map((each) => {
    const { key, setting } = each;
    const flag = FLAGS.find((known) => known.section === section && known.key === key);
    const variables = environmentNames(each).map((name) => `\`${name}\``).join(", ");
    return heading(`${section}.${key}`, texts) +
      item("default", `\`${toml(setting.default)}\``, texts) +
      item("expected", texts.expected(setting.expected), texts) +
      (flag === undefined ? "" : item("flag", `\`${flag.flag} ${flag.value}\``, texts)) +
      item("environment", variables, texts) +
      (setting.restart ? `- ${texts.restart}\n` : "");
  });
}

function heading(path: string, texts: PageTexts): string {
  return `### \`${path}\`\n\n${texts.setting(path)}\n\n`;
}

function item(label: keyof PageTexts["labels"], value: string, texts: PageTexts): string {
  return `- ${texts.labels[label]}${texts.colon}${value}\n`;
}
