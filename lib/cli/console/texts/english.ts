// The console's English texts.
import { plural, size, span } from "../../terminal/units.ts";
import { lookup } from "../lookup.ts";
import { PAGES_ENGLISH } from "./pages_english.ts";
import type { ConsoleTexts, EventFields } from "./texts.ts";

const KINDS: Readonly<Record<string, string>> = { guest: "a guest", member: "a member" };

const ROLES: Readonly<Record<string, string>> = {
  moderator: "a moderator",
  admin: "an admin",
  ...KINDS,
};

const LIMITS: Readonly<Record<string, string>> = {
  connections: "the server is full",
  connections_per_address: "too many connections from this address",
  banned: "the address is banned",
  proxy_header: "no valid PROXY header",
};

const REASONS: Readonly<Record<string, string>> = {
  error: "network error",
  timeout: "connection lost",
  unjoined: "did not join in time",
  slow_consumer: "reads too slowly",
  metrics: "metrics were read",
  web: "a browser's request",
  shutdown: "the server is stopping",
  kicked: "kicked",
  banned: "banned",
  signed_out: "signed out elsewhere",
  proxy_header: "no valid PROXY header",
  malformed_lines: "invalid lines",
  line_too_long: "line too long",
  flooding: "flooding",
};

const LOGINS: Readonly<Record<string, string>> = {
  ok: "logged in",
  failed: "failed to log in",
  throttled: "must wait before the next login",
  busy: "could not log in: the server is busy",
  banned: "could not log in: banned",
};

const ACTS: Readonly<Record<string, string>> = {
  kick: "kicked",
  mute: "muted",
  unmute: "unmuted",
  ban: "banned",
  unban: "unbanned",
  delete: "deleted message",
  topic: "changed the topic",
  announce: "made an announcement",
  close_channel: "closed the channel",
  open_channel: "opened the channel",
  policy: "changed the policy of messages:",
  report: "reported a message of",
  channel_create: "created the channel",
  channel_delete: "deleted the channel",
  channel_update: "changed the channel",
  disconnect: "closed the connection of",
  user_add: "created the account",
  user_end_sessions: "signed out",
  user_passwd: "set the password of",
  user_role: "changed the role of",
  user_disable: "disabled the account",
  user_enable: "enabled the account",
  user_delete: "deleted the account",
  user_erase: "erased the account",
  invite_create: "created invitation",
  invite_revoke: "revoked invitation",
  registration_open: "opened registration",
  registration_close: "closed registration",
  class_import: "imported the class",
  group_create: "created the group",
  group_delete: "deleted the group",
  group_rename: "renamed the group",
  group_add: "added to a group:",
  group_remove: "removed from a group:",
  reload: "reloaded the settings",
  shutdown: "stopped the server",
  user_export: "exported all data about",
  export_private: "exported private messages",
  cluster_forget: "removed from the cluster:",
  cluster_step_down: "let another server lead instead of",
};

function named(names: Readonly<Record<string, string>>, name: string): string {
  return lookup(names, name) ?? name;
}

function act({ by, action, target, channel, until, reason }: EventFields): string {
  const where = channel === "" ? "" : ` ${target === "" ? "" : "in "}${channel}`;
  const end = until === "" ? "" : ` until ${until}`;
  const why = reason === "" ? "" : `: ${reason}`;
  return `${by} ${named(ACTS, action)}${target && ` ${target}`}${where}${end}${why}`;
}

/** The texts. */
export const ENGLISH: ConsoleTexts = {
  tooSmall: (columns, rows) => `Too small: ${columns}×${rows} at least.`,
  connecting: "Loading…",
  up: "up",
  ofCluster: (node, leader) =>
    `${node}, ${
      leader === undefined ? "no leader" : node === leader ? "leads" : `led by ${leader}`
    }`,
  connections: "Connections",
  members: (count) => plural(count, "member"),
  guests: (count) => plural(count, "guest"),
  bans: (count) => plural(count, "ban"),
  messages: "Messages",
  deliveries: "Deliveries",
  refused: "Refused",
  lag: "Lag",
  memory: "Memory",
  queued: "Queued",
  passwords: "Passwords waiting",
  database: "Database",
  rate: (perSecond) => `${perSecond}/s`,
  size,
  span,
  roles: {},
  states: { "do not disturb": "dnd" },
  shown: (shown, total) => shown === total ? String(total) : `${shown} of ${total}`,
  filter: (filter) => `filter: ${filter}`,
  eventsHead: "Latest events",
  noEvents: "Nothing has happened yet.",
  events: {
    connected: ({ peer }) => `${peer} connected`,
    disconnected: ({ peer, reason }) =>
      `${peer} disconnected${reason === "client" ? "" : `: ${named(REASONS, reason)}`}`,
    refused_connection: ({ peer, limit }) => `${peer} was refused: ${named(LIMITS, limit)}`,
    joined: ({ user, kind }) => `${user} joined as ${named(ROLES, kind)}`,
    left: ({ user }) => `${user} left`,
    registered: ({ user }) => `${user} created an account`,
    login: ({ user, result }) => `${user} ${named(LOGINS, result)}`,
    state: ({ user, state }) => `${user} is ${state}`,
    offence: ({ peer, offence }) =>
      offence === "guessing_invites"
        ? `${peer} tried wrong codes of invitations`
        : `${peer} was disconnected: ${named(REASONS, offence)}`,
    refused: ({ peer, code }) => `request of ${peer} refused: ${code}`,
    messages: () => "messages were delivered",
    guessing: ({ user, network, failures }) =>
      `${failures} failed logins to ${user} today from ${network}`,
    moderated: act,
    mail: ({ peer, messages }) => `${peer} received ${plural(Number(messages), "stored message")}`,
    failure: ({ what }) => `failure: ${what}`,
  },
  ...PAGES_ENGLISH,
};
