// Every setting of the server, in one table. The example file, the documentation, the flags, the
// environment and the checks all come from it.
import { isIP } from "node:net";
import type { ConfiguredChannel } from "../../chat/channels.ts";
import { addressMatcher } from "../../net/address.ts";
import { choice, list, number, type Setting, text, toggle, type ValueOf } from "./setting.ts";

const GIBIBYTE = 2 ** 30;
const HOST = {
  expected: "an IP address or a host name",
  accepts: (value: string) =>
    isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value),
};
const FILE = { expected: "a path" };
const RANGES = 'a list of addresses and ranges such as ["127.0.0.1", "10.0.0.0/8"]';

/** What the sections are about, and their settings. */
export const SECTIONS = {
  server: {
    help: "Where the chat listens, and in which language it speaks.",
    settings: {
      host: text({
        restart: true,
        ...HOST,
        default: "0.0.0.0",
        help: "Address the chat listens on. `::` serves IPv6 and IPv4 on one socket.",
      }),
      port: number({
        restart: true,
        default: 12345,
        min: 0,
        max: 65535,
        help: "TCP port of the chat; 0 takes any free one.",
      }),
      language: choice({
        default: "auto",
        values: ["auto", "fr", "en"],
        help: "Language of answers to slash commands and of notices. `auto`: French where the " +
          "locale (`LC_ALL`, `LC_MESSAGES`, `LANG`) is French, else English.",
      }),
    },
  },
  limits: {
    help: "Bounds on what clients may do. 0 means no limit.",
    settings: {
      line_bytes: number({
        default: 65_536,
        min: 256,
        max: 16 * 2 ** 20,
        unit: "bytes",
        zero: true,
        help: "Longest line, its end not counted. A longer one closes the connection.",
      }),
      content_bytes: number({
        default: 8_192,
        min: 1,
        max: 16 * 2 ** 20,
        unit: "bytes",
        zero: true,
        help: "Longest content of a message, in UTF-8. Some clients freeze above the default.",
      }),
      messages_per_second: number({
        default: 10,
        min: 1,
        max: 1_000_000,
        unit: "requests",
        zero: true,
        help: "Requests of one connection in a second, on average. Whoever is refused for " +
          "10 seconds on end is disconnected.",
      }),
      burst: number({
        default: 40,
        min: 1,
        max: 1_000_000,
        unit: "requests",
        help: "Requests that one connection may send at once before the rate counts.",
      }),
      connections: number({
        default: 10_000,
        min: 1,
        max: 1_000_000,
        unit: "connections",
        zero: true,
        help: "Connections in total. The process needs as many file descriptors " +
          "(`LimitNOFILE`, `ulimit -n`).",
      }),
      connections_per_address: number({
        default: 200,
        min: 1,
        max: 1_000_000,
        unit: "connections",
        zero: true,
        help: "Connections from one address (IPv6: one /64). A class sits behind one address.",
      }),
      outbox_bytes: number({
        default: 1_048_576,
        min: 65_536,
        max: GIBIBYTE,
        unit: "bytes",
        zero: true,
        help: "What may wait to be written to one connection. One that reads too slowly and " +
          "passes this is closed.",
      }),
      unjoined_seconds: number({
        default: 900,
        min: 1,
        max: 86_400,
        unit: "seconds",
        zero: true,
        help: "A connection that has not joined and asks nothing for so long is closed. " +
          "One client holds a second, idle connection.",
      }),
      malformed_per_minute: number({
        default: 5,
        min: 1,
        max: 10_000,
        unit: "lines",
        zero: true,
        help: "Lines that are not JSON borne in a minute; one more closes the connection.",
      }),
    },
  },
  channels: {
    help: "Channels besides `#général`. Those that always exist are `[[channel]]` tables, below.",
    settings: {
      create: choice({
        default: "members",
        values: ["anyone", "members", "moderators"],
        help: "Who makes a channel by joining one that does not exist.",
      }),
      max: number({
        default: 200,
        min: 1,
        max: 2_000,
        unit: "channels",
        help: "Channels in total.",
      }),
      per_user: number({
        default: 50,
        min: 1,
        max: 2_000,
        unit: "channels",
        help: "Channels one user may be in.",
      }),
      per_maker: number({
        default: 20,
        min: 1,
        max: 2_000,
        unit: "channels",
        help: "Channels one account may have made. Guests, where they may, make at most half of " +
          "all channels together.",
      }),
    },
  },
  auth: {
    help: "Accounts, guests and passwords.",
    settings: {
      password_min: number({
        default: 4,
        min: 1,
        max: 256,
        unit: "characters",
        help: "Shortest password. The existing clients prefill `1234`.",
      }),
      registration: toggle({
        default: true,
        help: "Whether clients may register. `classcord user add` always works.",
      }),
      guests: toggle({
        default: true,
        help: "Whether one may chat without an account.",
      }),
      argon2_memory_kib: number({
        restart: true,
        default: 19_456,
        min: 19_456,
        max: GIBIBYTE / 1024,
        unit: "KiB",
        help: "Memory that one password hash takes. Weaker hashes are remade at the next login.",
      }),
      argon2_iterations: number({
        restart: true,
        default: 2,
        min: 2,
        max: 100,
        unit: "passes",
        help: "Passes over that memory.",
      }),
      argon2_parallelism: number({
        restart: true,
        default: 1,
        min: 1,
        max: 16,
        unit: "lanes",
        help: "Lanes of a hash; more than one buys nothing here.",
      }),
      hash_workers: number({
        restart: true,
        default: 0,
        min: 0,
        max: 64,
        unit: "threads",
        help: "Passwords hashed at the same time; 0 means one for each CPU, up to four.",
      }),
    },
  },
  store: {
    help: "The database.",
    settings: {
      data_dir: text({
        restart: true,
        ...FILE,
        default: "./data",
        accepts: (value) => value !== "",
        help: "Directory of `classcord.db`; created if it is missing.",
      }),
      synchronous: choice({
        restart: true,
        default: "normal",
        values: ["normal", "full"],
        help:
          "`normal`: killing the process loses nothing, a power cut may lose the last moments. " +
          "`full`: every turn's messages are synced to the disk before anyone receives them.",
      }),
      retention_days: number({
        default: 0,
        min: 1,
        max: 36_500,
        unit: "days",
        zero: true,
        help: "How long messages are kept. Older ones are deleted at the start and every hour, " +
          "undelivered ones too.",
      }),
      audit_days: number({
        default: 365,
        min: 1,
        max: 36_500,
        unit: "days",
        zero: true,
        help: "How long the audit log of moderation and administration is kept.",
      }),
    },
  },
  metrics: {
    help: "Metrics for Prometheus and health, over HTTP.",
    settings: {
      host: text({
        restart: true,
        ...HOST,
        default: "127.0.0.1",
        help: "Address that `/metrics`, `/healthz` and `/readyz` are served on.",
      }),
      port: number({
        restart: true,
        default: 9091,
        min: 0,
        max: 65535,
        help: "Its TCP port; 0 takes any free one.",
      }),
      scrape_from: list({
        default: ["127.0.0.0/8", "::1"],
        expected: RANGES,
        accepts: isRange,
        help: "Who may read the metrics, over HTTP and by `GET_METRICS` on the chat port.",
      }),
      https: choice({
        restart: true,
        default: "auto",
        values: ["auto", "never"],
        help:
          "`auto`: over HTTPS where `tls.cert` is set and `metrics.host` is more than this machine. " +
          "`never`: over HTTP, as behind a proxy that has a certificate.",
      }),
      disk_min: number({
        default: 104_857_600,
        min: 1,
        max: 1024 * GIBIBYTE,
        unit: "bytes",
        zero: true,
        help: "With less room left for the data, `/readyz` says that the server is not ready.",
      }),
    },
  },
  tls: {
    help:
      "The chat over TLS, on a port of its own, once there are a certificate and a key. Files that " +
      "change are read again by themselves, and on a reload.",
    settings: {
      cert: text({
        restart: true,
        ...FILE,
        default: "",
        help: "Path of the certificate with its chain, as PEM. Empty: no TLS.",
      }),
      key: text({
        restart: true,
        ...FILE,
        default: "",
        help: "Path of its key, as PEM without a passphrase.",
      }),
      port: number({
        restart: true,
        default: 12346,
        min: 0,
        max: 65535,
        help: "TCP port of the chat over TLS; 0 takes any free one.",
      }),
      host: text({
        restart: true,
        expected: `${HOST.expected}, or nothing`,
        accepts: (value) => value === "" || HOST.accepts(value),
        default: "",
        help: "Address it listens on. Empty: that of `server.host`.",
      }),
      require_for_login: toggle({
        default: false,
        help:
          "Whether passwords (`login`, `register`, `password`) are refused over connections in " +
          "clear. Those from this machine are always taken.",
      }),
      clear_login_from: list({
        default: [],
        expected: RANGES,
        accepts: isRange,
        help: "Networks from which passwords in clear are taken all the same.",
      }),
    },
  },
  proxy: {
    help: "Proxies in front of the chat that speak the PROXY protocol, version 1 or 2.",
    settings: {
      trusted: list({
        restart: true,
        default: [],
        expected: RANGES,
        accepts: isRange,
        help:
          "Addresses of the proxies. Each of their connections must begin with a PROXY header, and " +
          "counts as that of the client it names: for limits, bans and the log. Such a header is " +
          "refused from anyone else.",
      }),
      tls_from: list({
        restart: true,
        default: [],
        expected: RANGES,
        accepts: isRange,
        help:
          "Those of the proxies whose clients all come over TLS and that cannot say so, as nginx and " +
          "stunnel: for `tls.require_for_login`. HAProxy's `send-proxy-v2-ssl` says so.",
      }),
    },
  },
  admin: {
    help: "The socket that `classcord clients`, `classcord console` and the like talk to.",
    settings: {
      socket: text({
        restart: true,
        ...FILE,
        default: "{runtime_dir}/admin.sock",
        help: "Path of the Unix socket; its owner and its group may use it. `{runtime_dir}` " +
          "stands for the directory that systemd made (`RUNTIME_DIRECTORY`), or else for " +
          "`store.data_dir`. Empty: no socket.",
      }),
    },
  },
  log: {
    help: "The log.",
    settings: {
      file: text({
        ...FILE,
        default: "{data_dir}/classcord.log",
        help: "Path of the log file; `{data_dir}` stands for `store.data_dir`. Empty: log on the " +
          "console only.",
      }),
      level: choice({
        default: "info",
        values: ["debug", "info", "warning", "error"],
        help: "The least important lines that are written. fail2ban needs `warning` or lower.",
      }),
    },
  },
} as const satisfies Record<string, Section>;

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

/** The configuration where nothing is configured; the log file's `{data_dir}` still stands in it. */
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

function isRange(value: string): boolean {
  try {
    addressMatcher([value]);
    return true;
  } catch {
    return false;
  }
}
