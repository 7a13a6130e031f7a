// The settings of what stands around the chat: the database, metrics, TLS, proxies, operators, the log.
import { choice, list, number, text, toggle } from "./setting.ts";
import { FILE, GIBIBYTE, HOST, RANGES } from "./values.ts";

const store = {
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
      help: "`normal`: killing the process loses nothing, a power cut may lose the last moments. " +
        "`full`: every turn's messages are synced to the disk before anyone receives them.",
    }),
    reserve_bytes: number({
      default: 256 * 2 ** 20,
      min: 1,
      max: 1024 * GIBIBYTE,
      unit: "bytes",
      zero: true,
      help: "With less room on the disk of the data, messages and registrations are refused, and " +
        "`/readyz` says that the server is not ready. Logins, reading and moderation go on.",
    }),
    retention_days: number({
      default: 0,
      min: 1,
      max: 36_500,
      unit: "days",
      zero: true,
      help: "How long messages are kept. Older ones are deleted at the start and every hour, " +
        "undelivered ones too. While the clock is far ahead, nothing is.",
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
} as const;

const metrics = {
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
      help: "TCP port of metrics and health; 0 takes any free one.",
    }),
    scrape_from: list({
      default: ["127.0.0.0/8", "::1"],
      ...RANGES,
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
  },
} as const;

const tls = {
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
      help: "Path of the certificate's key, as PEM without a passphrase.",
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
      help: "Whether passwords (`login`, `register`, `password`) are refused over connections in " +
        "clear. Those from this machine are always taken.",
    }),
    clear_login_from: list({
      default: [],
      ...RANGES,
      help: "Networks from which passwords in clear are taken all the same.",
    }),
  },
} as const;

const proxy = {
  help: "Proxies in front of the chat that speak the PROXY protocol, version 1 or 2.",
  settings: {
    trusted: list({
      restart: true,
      default: [],
      ...RANGES,
      help:
        "Addresses of the proxies. Each of their connections must begin with a PROXY header, and " +
        "counts as that of the client it names: for limits, bans and the log. Such a header is " +
        "refused from anyone else.",
    }),
    tls_from: list({
      restart: true,
      default: [],
      ...RANGES,
      help:
        "Those of the proxies whose clients all come over TLS and that cannot say so, as nginx and " +
        "stunnel: for `tls.require_for_login`. HAProxy's `send-proxy-v2-ssl` says so.",
    }),
  },
} as const;

const admin = {
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
    accounts: toggle({
      default: true,
      help:
        "Whether accounts are managed over the socket, as `classcord user add` does while the " +
        "server runs. `false`: users of the socket cannot make, change or delete accounts.",
    }),
  },
} as const;

const log = {
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
} as const;

/** What these sections are about, and their settings. */
export const SERVER_SECTIONS = { store, metrics, tls, proxy, admin, log };
