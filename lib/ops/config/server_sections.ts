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
      help: "Directory of `classcord.db`. The server creates it if it does not exist.",
    }),
    synchronous: choice({
      restart: true,
      default: "normal",
      values: ["normal", "full"],
      help:
        "`normal`: killing the process loses nothing; a power failure may lose the last moments. " +
        "`full`: the server syncs messages to the disk before anyone receives them.",
    }),
    reserve_bytes: number({
      default: 256 * 2 ** 20,
      min: 1,
      max: 1024 * GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "Minimum free space on the disk of the data. Below it the server rejects messages and " +
        "registrations, and `/readyz` says that it is not ready. Logins, reading and moderation " +
        "continue.",
    }),
    retention_days: number({
      default: 0,
      min: 1,
      max: 36_500,
      unit: "days",
      zero: true,
      help:
        "How long messages are kept. The server deletes older messages when it starts and every " +
        "hour, undelivered ones included. It deletes nothing while the clock is far ahead.",
    }),
    audit_days: number({
      default: 365,
      min: 1,
      max: 36_500,
      unit: "days",
      zero: true,
      help: "How long the entries of the audit log are kept.",
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
      help: "Address on which the server offers `/metrics`, `/healthz` and `/readyz`.",
    }),
    port: number({
      restart: true,
      default: 9091,
      min: 0,
      max: 65535,
      help: "TCP port of metrics and health checks. With 0 the system chooses a free port.",
    }),
    scrape_from: list({
      default: ["127.0.0.0/8", "::1"],
      ...RANGES,
      help:
        "Addresses that may read the metrics, over HTTP and with `GET_METRICS` on the chat port.",
    }),
    https: choice({
      restart: true,
      default: "auto",
      values: ["auto", "never"],
      help: "`auto`: HTTPS if `tls.cert` is set and `metrics.host` can be reached from other " +
        "machines. `never`: HTTP, for example behind a proxy that has a certificate.",
    }),
  },
} as const;

const tls = {
  help:
    "The chat over TLS, on a port of its own. It requires a certificate and a key. The server " +
    "reads the files again when they change, and on a reload.",
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
      help: "TCP port of the chat over TLS. With 0 the system chooses a free port.",
    }),
    host: text({
      restart: true,
      expected: `${HOST.expected}, or nothing`,
      accepts: (value) => value === "" || HOST.accepts(value),
      default: "",
      help: "Address on which that port listens. Empty: the address in `server.host`.",
    }),
    require_for_login: toggle({
      default: false,
      help:
        "Whether the server rejects passwords (`login`, `register`, `password`) over plaintext " +
        "connections. Connections from the same machine are exempt.",
    }),
    clear_login_from: list({
      default: [],
      ...RANGES,
      help: "Networks that are exempt from `tls.require_for_login`.",
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
      help: "Addresses of the proxies. Each of their connections must begin with a PROXY header. " +
        "Limits, bans and the log then use the address of the client in the header. The server " +
        "rejects such a header from any other address.",
    }),
    tls_from: list({
      restart: true,
      default: [],
      ...RANGES,
      help:
        "Proxies in `proxy.trusted` whose clients all use TLS and whose header cannot say so, such " +
        "as nginx and stunnel. `tls.require_for_login` needs this. The header of HAProxy says so " +
        "itself with `send-proxy-v2-ssl`.",
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
      help: "Path of the Unix socket. Its owner and its group may use it. `{runtime_dir}` is the " +
        "directory that systemd created (`RUNTIME_DIRECTORY`), otherwise `store.data_dir`. " +
        "Empty: no socket.",
    }),
    accounts: toggle({
      default: true,
      help:
        "Whether commands such as `classcord user add` may manage accounts over the socket while " +
        "the server runs. `false`: users of the socket cannot create, change or delete accounts.",
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
        "Path of the log file. `{data_dir}` is the value of `store.data_dir`. Empty: log on the " +
        "console only.",
    }),
    level: choice({
      default: "info",
      values: ["debug", "info", "warning", "error"],
      help: "Minimum level of the lines that are written. fail2ban requires `warning` or lower.",
    }),
  },
} as const;

/** What these sections are about, and their settings. */
export const SERVER_SECTIONS = { store, metrics, tls, proxy, admin, log };
