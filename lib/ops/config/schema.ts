// Every setting of the server, in one table. The example file, the documentation, the flags, the
// environment and the checks all come from it.
import type { ConfiguredChannel } from "../../chat/presence/channels.ts";
import { CHAT_SECTIONS } from "./chat_sections.ts";
import { SERVER_SECTIONS } from "./server_sections.ts";
import type { Setting, ValueOf } from "./setting.ts";

/** What the sections are about, and their settings. */
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

/** A whole configuration: section, then key. Names are those of the file. */
export type Config =
  & {
    readonly [S in keyof Sections]: {
      readonly [K in keyof Sections[S]["settings"]]: ValueOf<Sections[S]["settings"][K]>;
    };
  }
  & {
    /** The channels that always exist, as the file's `[[channel]]` tables say. */
    readonly channel: readonly ConfiguredChannel[];
  };

/** A setting with its place. */
export interface NamedSetting {
  readonly section: string;
  readonly key: string;
  readonly setting: Setting<unknown>;
}

/** All settings, in the order of the documentation. */
export function allSettings(): NamedSetting[] {
  return Object.entries<Section>(SECTIONS).flatMap(([section, { settings }]) =>
    Object.entries(settings).map(([key, setting]) => ({ section, key, setting }))
  );
}

/** The configuration of `values`, the default where they say nothing. */
export function buildConfig(valueOf: (setting: NamedSetting) => unknown): Config {
  const config: Record<string, Record<string, unknown>> = {};
  for (const setting of allSettings()) {
    (config[setting.section] ??= {})[setting.key] = valueOf(setting) ?? setting.setting.default;
  }
  return { ...config, channel: [] } as unknown as Config;
}

/** The configuration where nothing is configured; the log file's path still contains `{data_dir}`. */
export function defaultConfig(): Config {
  return buildConfig(() => undefined);
}

/** The settings that have a flag of their own. */
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

/** The environment variables of a setting: its own, and the short one of its flag. */
export function environmentNames({ section, key }: { section: string; key: string }): string[] {
  const names = [`CLASSCORD_${section}_${key}`.toUpperCase()];
  const flag = FLAGS.find((each) => each.section === section && each.key === key)?.flag;
  const short = flag && `CLASSCORD_${flag.slice(2).replaceAll("-", "_")}`.toUpperCase();
  if (short !== undefined && !names.includes(short)) names.push(short);
  return names;
}
