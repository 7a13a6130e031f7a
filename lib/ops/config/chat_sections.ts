// The settings of the chat: where it listens, what clients may do, channels.
import { ACCOUNT_SECTIONS } from "./account_sections.ts";
import { choice, list, number, text } from "./setting.ts";
import { GIBIBYTE, HOST, RANGES } from "./values.ts";

const server = {
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
} as const;

const limits = {
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
      help: "Requests of one connection in a second, on average. A client that is refused for " +
        "10 seconds on end is disconnected. An ordinary request counts once. Passwords (2), " +
        "searches (3), lines over 32 KiB, long replies (1 for each 16 KiB) and long histories (1 for " +
        "each 50 messages) count more. All connections of an address together may ask a quarter of " +
        "this times `connections_per_address`: 500 a second. Requests beyond that wait. In a lesson " +
        "a pupil uses 10 in the first second and 1 a second later.",
    }),
    burst: number({
      default: 40,
      min: 1,
      max: 1_000_000,
      unit: "requests",
      help:
        "Requests that one connection may send at once before the rate counts. An address may " +
        "send `connections_per_address` times as many.",
    }),
    bytes_per_second: number({
      default: 65_536,
      min: 1_024,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "Bytes that one connection may send in a second, on average. The server reads a faster " +
        "one more slowly; nothing is refused. All connections of an address together may send eight " +
        "times as much. Thirty pupils who type send about 3 KiB a second.",
    }),
    bytes_burst: number({
      default: 1_048_576,
      min: 1_024,
      max: GIBIBYTE,
      unit: "bytes",
      help: "Bytes that one connection may send at once before that rate counts.",
    }),
    connections: number({
      default: 10_000,
      min: 1,
      max: 1_000_000,
      unit: "connections",
      zero: true,
      help: "Connections in total. The process needs two file descriptors for each and 512 more " +
        "(`LimitNOFILE`, `ulimit -n`), or fewer are accepted.",
    }),
    connections_per_address: number({
      default: 200,
      min: 1,
      max: 1_000_000,
      unit: "connections",
      zero: true,
      help:
        "Connections from one address (IPv6: one /64). A class sits behind one address. Twice as " +
        "many may join at once, and as many again every 80 seconds; further joins wait.",
    }),
    outbox_bytes: number({
      default: 1_048_576,
      min: 65_536,
      max: GIBIBYTE,
      unit: "bytes",
      zero: true,
      help:
        "What may wait to be written to one connection. One that passes this is closed if it takes " +
        "nothing for a second, or does not catch up within 10 seconds; and so is one that takes none " +
        "of what waits for two minutes.",
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
    mail_messages: number({
      default: 1_000,
      min: 4,
      max: 100_000,
      unit: "messages",
      zero: true,
      help:
        "Private messages that may wait for one account while it is offline. One member may send a " +
        "quarter of them, all guests together half. Further messages are refused.",
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
      help: "Lines that are not JSON borne in a minute; one more closes the connection.",
    }),
    shared: list({
      default: [],
      ...RANGES,
      help:
        "Addresses that many people share, such as the NAT address of a school. The log marks " +
        "offences from there as `shared`, and the fail2ban jail does not count them: one person " +
        "cannot have everyone banned. All other limits hold there too.",
    }),
  },
} as const;

const channels = {
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
} as const;

/** What these sections are about, and their settings. */
export const CHAT_SECTIONS = { server, limits, channels, ...ACCOUNT_SECTIONS };
