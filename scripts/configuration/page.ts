// The page that explains every setting, made from the table of settings in the language of some texts.
import { CHANNEL_KEYS, CHANNEL_TABLE } from "../../lib/ops/config/channels.ts";
import { EXAMPLE_CHANNEL, toml } from "../../lib/ops/config/document.ts";
import { allSettings, environmentNames, FLAGS, SECTIONS } from "../../lib/ops/config/schema.ts";

/** What the page says, in one language. */
export interface PageTexts {
  /** What comes before the settings. */
  readonly head: string;
  readonly labels: Readonly<Record<"default" | "expected" | "flag" | "environment", string>>;
  /** Separates a label from its value. */
  readonly colon: string;
  /** Said of a setting that a reload does not change. */
  readonly restart: string;
  /** What a section is about. */
  readonly section: (name: string) => string;
  /** What a setting is for; `path` is such as `server.port` or `channel.name`. */
  readonly setting: (path: string) => string;
  /** Which values a setting accepts, from the program's own words for it. */
  readonly expected: (words: string) => string;
  /** What is said before the keys of a `[[channel]]` table. */
  readonly channelTables: string;
}

/** The text of the page. */
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
