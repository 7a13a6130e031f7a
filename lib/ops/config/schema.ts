// The table of all settings, for the checks, flags, environment variables, the example file and the documentation.
import type { ConfiguredChannel } from "../../chat/presence/configured_channel.ts";
import { CHAT_SECTIONS } from "./chat_sections.ts";
import { SERVER_SECTIONS } from "./server_sections.ts";
import type { Setting, ValueOf } from "./setting.ts";

/** The sections with their help texts and settings. */
export const SECTIONS = { ...CHAT_SECTIONS, ...SERVER_SECTIONS } satisfies Record<
  string,
  Section
>;

interface Section {
  readonly help: string;
  // deno-lint-ignore no-explicit-any -- settings of any kind of value
  readonly settings: Readonly<Record<string, Setting<any>>>;
}

type Sections = typeof SECTIONS;

/** A complete configuration: section, then key. The names are those of the file, such as `auth.ldap`. */
export type Config =
  & {
    readonly [S in keyof Sections]: {
      readonly [K in keyof Sections[S]["settings"]]: ValueOf<Sections[S]["settings"][K]>;
    };
  }
  & {
    /** The channels that always exist, from the `[[channel]]` tables of the file. */
    readonly channel: readonly ConfiguredChannel[];
  };

/** A setting with its section and key. */
export interface NamedSetting {
  readonly section: string;
  readonly key: string;
  readonly setting: Setting<unknown>;
}

/** Lists all settings, in the order of the documentation. */
export function allSettings(): NamedSetting[] {
  const sections: Readonly<Record<string, Section>> = SECTIONS;
  return Object.entries(sections).flatMap(([section, { settings }]) =>
    Object.entries(settings).map(([key, setting]) => ({ section, key, setting }))
  );
}

/** Builds a configuration. A setting for which `valueOf` returns `undefined` gets its default. */
export function buildConfig(valueOf: (setting: NamedSetting) => unknown): Config {
  const config: Record<string, Record<string, unknown>> = {};
  for (const setting of allSettings()) {
    (config[setting.section] ??= {})[setting.key] = valueOf(setting) ?? setting.setting.default;
  }
  return { ...config, channel: [] } as unknown as Config;
}

/** Returns the default configuration. The path of the log file still has `{data_dir}`. */
export function defaultConfig(): Config {
  return buildConfig(() => undefined);
}

/** The settings that have a flag. */
export const FLAGS: readonly { flag: string; value: string; section: string; key: string }[] = [
  { flag: "--host", value: "<address>", section: "server", key: "host" },
  { flag: "--port", value: "<number>", section: "server", key: "port" },
  { flag: "--metrics-host", value: "<address>", section: "metrics", key: "host" },
  { flag: "--metrics-port", value: "<number>", section: "metrics", key: "port" },
  { flag: "--tls-cert", value: "<file>", section: "tls", key: "cert" },
  { flag: "--tls-key", value: "<file>", section: "tls", key: "key" },
  { flag: "--tls-port", value: "<number>", section: "tls", key: "port" },
  { flag: "--data-dir", value: "<directory>", section: "store", key: "data_dir" },
  { flag: "--log-file", value: "<file>", section: "log", key: "file" },
  { flag: "--log-level", value: "<level>", section: "log", key: "level" },
];

/** Returns the environment variables of a setting: the full name, and the short name derived from its flag. */
export function environmentNames({ section, key }: { section: string; key: string }): string[] {
  const names = [`CLASSCORD_${section}_${key}`.replaceAll(".", "_").toUpperCase()];
  const flag = FLAGS.find((each) => each.section === section && each.key === key)?.flag;
  const short = flag && `CLASSCORD_${flag.slice(2).replaceAll("-", "_")}`.toUpperCase();
  if (short !== undefined && !names.includes(short)) names.push(short);
  return names;
}
