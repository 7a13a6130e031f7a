// The settings of the chat: where it listens, what clients may do, channels, accounts.
import { choice, list, number, text, toggle } from "./setting.ts";
import { GIBIBYTE, HOST, RANGES } from "./values.ts";

const server = {
  help: "Where the chat listens, and the language of the server.",
  settings: {
    host: text({
      restart: true,
      ...HOST,
      default: "0.0.0.0",
      help: "Address on which the chat listens. `::` accepts IPv6 and IPv4.",
    }),
    port: number({
      restart: true,
      default: 12345,
      min: 0,
      max: 65535,
      help: "TCP port of the chat. With 0 the system chooses a free port.",
    }),
    language: choice({
      default: "auto",
      values: ["auto", "fr", "en"],
      help: "Language of answers, errors and notices. `auto`: French if the locale (`LC_ALL`, " +
        "`LC_MESSAGES`, `LANG`) is French, otherwise English.",
    }),
  },
} as const;

const limits = {
  help: "Limits on what clients may do. 0 means no limit.",
  settings: {
    line_bytes: number({
      default: 65_536,
      min: 256,
      max: 16 * 2 ** 20,
      unit: "bytes",
      zero: true,
      help:
        "Maximum length of a line without its newline. The server closes a connection that sends " +
        "a longer line.",
    }),
    content_bytes: number({
      default: 8_192,
      min: 1,
      max: 16 * 2 ** 20,
      unit: "bytes",
      zero: true,
      help: "Maximum length of the content of a message, in UTF-8. Some clients freeze above the " +
        "default.",
    }),
    messages_per_second: number({
      default: 10,
      min: 1,
      max: 1_000_000,
      unit: "requests",
      zero: true,
      help: "Requests that one connection may make per second, on average. The server rejects " +
        "further requests, and closes a connection whose requests are rejected for 10 seconds " +
        "without a break. An ordinary request counts once. Passwords (2), searches (3), lines " +
        "over 32 KiB, long replies (1 for each 16 KiB) and long histories (1 for each 50 " +
        "messages) count more. All connections of an address together may make a quarter of this " +
        "times `connections_per_address`, 500 per second by default; further requests wait. In a " +
        "lesson, a pupil makes 10 requests in the first second and 1 per second afterwards.",
    }),
    burst: number({
      default: 40,
      min: 1,
      max: 1_000_000,
      unit: "requests",
      help:
        "Requests that one connection may make at once before the rate applies. An address may " +
        "make `connections_per_address` times as many.",
    }),
    bytes_per_second: number({
      default: 65_536,
      min: 1_024,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "Bytes that one connection may send per second, on average. The server reads a faster " +
        "connection more slowly and rejects nothing. All connections of an address together may " +
        "send eight times as much. Thirty pupils who type send about 3 KiB per second.",
    }),
    bytes_burst: number({
      default: 1_048_576,
      min: 1_024,
      max: GIBIBYTE,
      unit: "bytes",
      help: "Bytes that one connection may send at once before that rate applies.",
    }),
    connections: number({
      default: 10_000,
      min: 1,
      max: 1_000_000,
      unit: "connections",
      zero: true,
      help:
        "Maximum number of connections. The process requires as many file descriptors and 512 " +
        "more (`LimitNOFILE`, `ulimit -n`). With fewer descriptors the server lowers the limit " +
        "and logs a warning.",
    }),
    connections_per_address: number({
      default: 200,
      min: 1,
      max: 1_000_000,
      unit: "connections",
      zero: true,
      help:
        "Maximum number of connections from one address (IPv6: one /64). A class often shares one " +
        "address. Twice this number may join at once, and as many again every 80 seconds; further " +
        "joins wait.",
    }),
    outbox_bytes: number({
      default: 1_048_576,
      min: 65_536,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "Bytes that may wait to be written to one connection. Above this limit, the server closes " +
        "the connection if it reads nothing for a second or does not catch up within 10 seconds. At " +
        "any level, it closes a connection that reads nothing of what waits for two minutes.",
    }),
    unjoined_seconds: number({
      default: 900,
      min: 1,
      max: 86_400,
      unit: "seconds",
      zero: true,
      help:
        "The server closes a connection that has not joined and makes no request for this long. " +
        "One of the existing clients keeps a second, idle connection open.",
    }),
    mail_messages: number({
      default: 1_000,
      min: 4,
      max: 100_000,
      unit: "messages",
      zero: true,
      help:
        "Private messages that may wait for one account while it is offline. One member may send " +
        "a quarter of them, all guests together half. The server rejects further messages.",
    }),
    mail_bytes: number({
      default: 4_194_304,
      min: 65_536,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help: "Bytes of the messages that may wait for one account, with the same shares.",
    }),
    malformed_per_minute: number({
      default: 5,
      min: 1,
      max: 10_000,
      unit: "lines",
      zero: true,
      help:
        "Lines that are not JSON that one connection may send per minute. The next one closes " +
        "the connection.",
    }),
    shared: list({
      default: [],
      ...RANGES,
      help:
        "Addresses that many people share, such as the NAT address of a school. The log marks " +
        "offences from these addresses as `shared`, and the fail2ban jail does not count them: " +
        "one person cannot have everyone banned. All other limits still apply.",
    }),
  },
} as const;

const channels = {
  help: "Channels besides `#général`. The `[[channel]]` tables below define channels that always " +
    "exist.",
  settings: {
    create: choice({
      default: "members",
      values: ["anyone", "members", "moderators"],
      help: "Who may create a channel by joining one that does not exist.",
    }),
    max: number({
      default: 200,
      min: 1,
      max: 2_000,
      unit: "channels",
      help: "Maximum number of channels.",
    }),
    per_user: number({
      default: 50,
      min: 1,
      max: 2_000,
      unit: "channels",
      help: "Channels that one user may be in.",
    }),
    per_maker: number({
      default: 20,
      min: 1,
      max: 2_000,
      unit: "channels",
      help: "Channels that one account may create. Where guests may create channels, all guests " +
        "together create at most half of the maximum.",
    }),
  },
} as const;

const auth = {
  help: "Accounts, guests and passwords.",
  settings: {
    password_min: number({
      default: 4,
      min: 1,
      max: 256,
      unit: "characters",
      help: "Minimum length of a password. The existing clients prefill `1234`.",
    }),
    registration: toggle({
      default: true,
      help: "Whether clients may register accounts. `classcord user add` always works.",
    }),
    guests: toggle({
      default: true,
      help: "Whether people may chat without an account.",
    }),
    argon2_memory_kib: number({
      restart: true,
      default: 19_456,
      min: 19_456,
      max: GIBIBYTE / 1024,
      unit: "KiB",
      help: "Memory for one password hash. The next login replaces a hash made with weaker " +
        "parameters.",
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
      help: "Lanes of a hash. More than one brings no gain here.",
    }),
    hash_workers: number({
      restart: true,
      default: 0,
      min: 0,
      max: 64,
      unit: "threads",
      help: "Passwords that are hashed at the same time. 0 means one for each CPU, at most four.",
    }),
  },
} as const;

/** What these sections are about, and their settings. */
export const CHAT_SECTIONS = { server, limits, channels, auth };
