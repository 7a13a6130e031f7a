// The settings outside the chat: the database, metrics, TLS, proxies, the admin socket, the cluster and the log.
import { CLUSTER_SECTION } from "./cluster_section.ts";
import { choice, list, number, text, toggle } from "./setting.ts";
import { WEB_SECTION } from "./web_section.ts";
import { FILE, GIBIBYTE, HOST, RANGES } from "./values.ts";

const store = {
  help: "The database.",
  settings: {
    data_dir: text({
      restart: true,
      ...FILE,
      default: "./data",
      accepts: (value) => value !== "",
      help: "Directory of `classcord.db`; created if it does not exist.",
    }),
    synchronous: choice({
      restart: true,
      default: "normal",
      values: ["normal", "full"],
      help:
        "`normal`: a killed process loses nothing, a power failure can lose the last moments. `full`: " +
        "the messages of every turn are synced to the disk before anyone receives them.",
    }),
    reserve_bytes: number({
      default: 256 * 2 ** 20,
      min: 1,
      max: 1024 * GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "Disk space to keep free for the data. Below it, messages and registrations are refused, and " +
        "`/readyz` reports that the server is not ready. Logins, reading and moderation still work.",
    }),
    retention_days: number({
      default: 0,
      min: 1,
      max: 36_500,
      unit: "days",
      zero: true,
      help:
        "How long messages are kept. Older messages, including undelivered ones, are deleted at the " +
        "start and every hour. Nothing is deleted while the clock is far ahead.",
    }),
    audit_days: number({
      default: 365,
      min: 1,
      max: 36_500,
      unit: "days",
      zero: true,
      help: "How long the audit log of moderation and administration is kept.",
    }),
    attendance_days: number({
      default: 30,
      min: 1,
      max: 36_500,
      unit: "days",
      zero: true,
      zeroMeans: "to keep nothing",
      help:
        "How long the server keeps who was online from when to when, for the attendance of lessons.",
    }),
  },
} as const;

const metrics = {
  help: "Metrics for Prometheus and health checks, over HTTP.",
  settings: {
    host: text({
      restart: true,
      ...HOST,
      default: "127.0.0.1",
      help: "Address that serves `/metrics`, `/healthz` and `/readyz`.",
    }),
    port: number({
      restart: true,
      default: 9091,
      min: 0,
      max: 65535,
      help: "TCP port of metrics and health; 0 uses any free port.",
    }),
    scrape_from: list({
      default: ["127.0.0.0/8", "::1"],
      ...RANGES,
      help:
        "Addresses that can read the metrics, over HTTP and with `GET_METRICS` on the chat port.",
    }),
    https: choice({
      restart: true,
      default: "auto",
      values: ["auto", "never"],
      help:
        "`auto`: HTTPS if `tls.cert` is set and `metrics.host` is more than this machine. `never`: " +
        "HTTP, for example behind a proxy that has a certificate.",
    }),
  },
} as const;

const tls = {
  help:
    "The chat over TLS, on a port of its own, if a certificate and a key are set. The server notices " +
    "changed files by itself, and reads them on a reload.",
  settings: {
    cert: text({
      restart: true,
      ...FILE,
      default: "",
      help: "Path of the certificate with its chain, in PEM. Empty: no TLS.",
    }),
    key: text({
      restart: true,
      ...FILE,
      default: "",
      help: "Path of the key of the certificate, in PEM without a passphrase.",
    }),
    port: number({
      restart: true,
      default: 12346,
      min: 0,
      max: 65535,
      help: "TCP port of the chat over TLS; 0 uses any free port.",
    }),
    host: text({
      restart: true,
      expected: `${HOST.expected}, or nothing`,
      accepts: (value) => value === "" || HOST.accepts(value),
      default: "",
      help: "Address the TLS port listens on. Empty: that of `server.host`.",
    }),
    require_for_login: toggle({
      default: false,
      help: "Whether passwords (`login`, `register`, `password`) are refused over unencrypted " +
        "connections. Connections from this machine are always accepted.",
    }),
    clear_login_from: list({
      default: [],
      ...RANGES,
      help: "Networks whose passwords are accepted over unencrypted connections anyway.",
    }),
  },
} as const;

const proxy = {
  help: "Proxies in front of the chat that use the PROXY protocol, version 1 or 2.",
  settings: {
    trusted: list({
      restart: true,
      default: [],
      ...RANGES,
      help:
        "Addresses of the proxies. Each of their connections must begin with a PROXY header and " +
        "counts as a connection of the client that it names: for limits, bans and the log. Any other " +
        "address that sends such a header is rejected.",
    }),
    tls_from: list({
      restart: true,
      default: [],
      ...RANGES,
      help:
        "The proxies among them whose clients all connect over TLS and that cannot report it, such as " +
        "nginx and stunnel: for `tls.require_for_login`. HAProxy reports it with `send-proxy-v2-ssl`.",
    }),
  },
} as const;

const admin = {
  help: "The socket that `classcord clients`, `classcord console` and similar commands use.",
  settings: {
    socket: text({
      restart: true,
      ...FILE,
      default: "{runtime_dir}/admin.sock",
      help: "Path of the Unix socket; its owner and its group can use it. `{runtime_dir}` is the " +
        "directory created by systemd (`RUNTIME_DIRECTORY`), or else `store.data_dir`. Empty: no " +
        "socket.",
    }),
    accounts: toggle({
      default: true,
      help:
        "Whether accounts, groups, classes and invitations can be managed while the server runs: over " +
        "the socket, as `classcord user add` does, and by admins over TLS. `false`: they cannot.",
    }),
  },
} as const;

const log = {
  help: "The log.",
  settings: {
    file: text({
      ...FILE,
      default: "{data_dir}/classcord.log",
      help:
        "Path of the log file; `{data_dir}` is `store.data_dir`. Empty: log to the console only.",
    }),
    level: choice({
      default: "info",
      values: ["debug", "info", "warning", "error"],
      help: "Lowest level that is written. fail2ban needs `warning` or lower.",
    }),
  },
} as const;

/** The sections with their help texts and settings. */
export const SERVER_SECTIONS = {
  store,
  metrics,
  web: WEB_SECTION,
  tls,
  proxy,
  admin,
  cluster: CLUSTER_SECTION,
  log,
};
