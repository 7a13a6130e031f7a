// The settings of the chat: its address, limits for clients, and channels.
import { ACCOUNT_SECTIONS } from "./account_sections.ts";
import { PRIVATE_POLICIES } from "../../protocol/requests/lesson.ts";
import { choice, list, number, text } from "./setting.ts";
import { GIBIBYTE, HOST, RANGES } from "./values.ts";

const server = {
  help: "Address, port and language of the chat.",
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
      help: "TCP port of the chat; 0 uses any free port.",
    }),
    language: choice({
      default: "auto",
      values: ["auto", "fr", "en"],
      help:
        "Language of answers to slash commands and of notices. `auto` uses French if the locale " +
        "(`LC_ALL`, `LC_MESSAGES`, `LANG`) is French, and English otherwise.",
    }),
  },
} as const;

const limits = {
  help: "Limits for clients. 0 means no limit.",
  settings: {
    line_bytes: number({
      default: 65_536,
      min: 256,
      max: 16 * 2 ** 20,
      unit: "bytes",
      zero: true,
      help: "Maximum length of a line, without its line end. A longer line closes the connection.",
    }),
    content_bytes: number({
      default: 8_192,
      min: 1,
      max: 16 * 2 ** 20,
      unit: "bytes",
      zero: true,
      help:
        "Maximum length of the content of a message, in UTF-8. Some clients freeze above the default.",
    }),
    messages_per_second: number({
      default: 10,
      min: 1,
      max: 1_000_000,
      unit: "requests",
      zero: true,
      help:
        "Average number of requests per second from one connection. A client that is refused for 10 " +
        "seconds without a break is disconnected. An ordinary request counts as 1. Passwords (2), " +
        "searches (3), lines over 32 KiB, long replies (1 for each 16 KiB) and long histories (1 for " +
        "each 50 messages) count more. All connections from one address share a quarter of this value " +
        "times `connections_per_address`: 500 per second. Requests beyond that wait. In a lesson, a " +
        "pupil sends 10 in the first second and 1 per second later.",
    }),
    burst: number({
      default: 40,
      min: 1,
      max: 1_000_000,
      unit: "requests",
      help:
        "Requests that one connection can send at once before the rate applies. One address can send " +
        "`connections_per_address` times as many.",
    }),
    bytes_per_second: number({
      default: 65_536,
      min: 1_024,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "Average number of bytes per second from one connection. The server reads a faster connection " +
        "more slowly; it refuses nothing. All connections from one address together can send eight " +
        "times as much. Thirty pupils who type send about 3 KiB per second.",
    }),
    bytes_burst: number({
      default: 1_048_576,
      min: 1_024,
      max: GIBIBYTE,
      unit: "bytes",
      help: "Bytes that one connection can send at once before that rate applies.",
    }),
    connections: number({
      default: 10_000,
      min: 1,
      max: 1_000_000,
      unit: "connections",
      zero: true,
      help:
        "Maximum number of connections. The process needs as many file descriptors and 512 more " +
        "(`LimitNOFILE`, `ulimit -n`); with fewer, it accepts fewer connections.",
    }),
    connections_per_address: number({
      default: 200,
      min: 1,
      max: 1_000_000,
      unit: "connections",
      zero: true,
      help:
        "Maximum number of connections from one address (IPv6: one /64). A class usually shares one " +
        "address. Twice as many can join at once, and as many again every 80 seconds; further joins " +
        "wait.",
    }),
    outbox_bytes: number({
      default: 1_048_576,
      min: 65_536,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "Maximum number of bytes that wait to be written to one connection. A connection beyond it is " +
        "closed if it reads nothing for a second or does not catch up within 10 seconds. Any " +
        "connection is closed if it reads nothing of what waits for two minutes.",
    }),
    unjoined_seconds: number({
      default: 900,
      min: 1,
      max: 86_400,
      unit: "seconds",
      zero: true,
      help:
        "A connection that has not joined is closed after this time without a request. One client " +
        "keeps a second, idle connection.",
    }),
    mail_messages: number({
      default: 1_000,
      min: 4,
      max: 100_000,
      unit: "messages",
      zero: true,
      help:
        "Maximum number of private messages kept for one account while it is offline. One member can " +
        "use a quarter of it, all guests together half. Further messages are refused.",
    }),
    mail_bytes: number({
      default: 4_194_304,
      min: 65_536,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help: "Maximum number of bytes of the messages kept for one account, with the same shares.",
    }),
    malformed_per_minute: number({
      default: 5,
      min: 1,
      max: 10_000,
      unit: "lines",
      zero: true,
      help: "Lines per minute that may be invalid JSON; one more closes the connection.",
    }),
    shared: list({
      default: [],
      ...RANGES,
      help:
        "Addresses that many people share, such as the NAT address of a school. The log marks " +
        "offences from them as `shared`, and the fail2ban jail does not count them, so that one " +
        "person cannot get everyone banned. All other limits still apply.",
    }),
  },
} as const;

const channels = {
  help:
    "Channels other than `#général`. Channels that always exist are `[[channel]]` tables, below.",
  settings: {
    create: choice({
      default: "members",
      values: ["anyone", "members", "moderators"],
      help: "Who can create a channel by joining one that does not exist.",
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
      help: "Maximum number of channels that one user can be in.",
    }),
    per_maker: number({
      default: 20,
      min: 1,
      max: 2_000,
      unit: "channels",
      help:
        "Maximum number of channels created by one account. If guests can create channels, all guests " +
        "together can create at most half of `channels.max`.",
    }),
  },
} as const;

const chat = {
  help: "Rules for users.",
  settings: {
    private_messages: choice({
      default: "all",
      values: PRIVATE_POLICIES,
      help:
        "Who can write private messages: `all`; `staff`: only moderators, and others to moderators; " +
        "`none`: only moderators. Moderators can change it during a lesson (`/private`, " +
        "`classcord private`); then their choice applies, also after a restart.",
    }),
  },
} as const;

/** The sections with their help texts and settings. */
export const CHAT_SECTIONS = { server, chat, limits, channels, ...ACCOUNT_SECTIONS };
