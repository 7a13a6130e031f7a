// The console's English texts about its pages and their actions.
import { clock } from "../../terminal/units.ts";
import type { ActionName } from "../actions.ts";
import type { KeyHint, PageTexts } from "./texts.ts";

/** The beginning of the question before each action, and the beginning of its result. */
const ACTS: Readonly<Record<ActionName, readonly [ask: string, done: string]>> = {
  kick: ["Kick ", "Kicked "],
  mute: ["Mute ", "Muted "],
  ban: ["Ban ", "Banned "],
  disconnect: ["Close the connection of ", "Closed the connection of "],
  announce: ["Announce this to everyone", "Announced"],
  reload: ["Reload the settings", "Reloaded the settings"],
  user_add: ["Create the account ", "Created the account "],
  class_import: ["Import ", "Imported "],
  user_role: ["Change the role of ", "Changed the role of "],
  user_passwd: ["Set the password of ", "Set the password of "],
  user_disable: ["Disable ", "Disabled "],
  user_enable: ["Enable ", "Enabled "],
  group_create: ["Create the group ", "Created the group "],
  group_add: ["Add these accounts to ", "Added the accounts to "],
  group_remove: ["Remove these accounts from ", "Removed the accounts from "],
  group_delete: ["Delete the group ", "Deleted the group "],
  invite_create: ["Create this invitation", "Created the invitation"],
  invite_revoke: ["Revoke invitation ", "Revoked invitation "],
  registration_open: ["Open registration", "Opened registration"],
  registration_close: ["Close registration", "Closed registration"],
};

const EVERYWHERE: readonly KeyHint[] = [
  { key: "/", label: "filter" },
  { key: "Tab", label: "page" },
  { key: "?", label: "help" },
  { key: "q", label: "quit" },
];

/** The texts. */
export const PAGES_ENGLISH: PageTexts = {
  pages: {
    clients: "Connections",
    accounts: "Accounts",
    groups: "Groups",
    invites: "Invitations",
  },
  columns: {
    conn: "CONN",
    user: "USER",
    role: "ROLE",
    state: "STATE",
    address: "ADDRESS",
    channel: "CHANNEL",
    idle: "IDLE",
    node: "NODE",
    login: "LAST LOGIN",
    created: "CREATED",
    group: "GROUP",
    kind: "KIND",
    members: "ACCOUNTS",
    invite: "ID",
    code: "CODE",
    uses: "USED",
    expires: "EXPIRES",
  },
  empty: {
    clients: "Nobody is connected.",
    accounts: "There are no accounts yet.",
    groups: "There are no groups yet.",
    invites: "There are no invitations.",
  },
  nothingSelected: {
    clients: "No connection is selected.",
    accounts: "No account is selected.",
    groups: "No group is selected.",
    invites: "No invitation is selected.",
  },
  nothingFound: "Nothing matches the filter. Escape removes it.",
  disabled: "disabled",
  classKind: "class",
  inviteStates: { open: "open", used: "used up", expired: "expired", revoked: "revoked" },
  registrationOpen: ({ network, until }) =>
    `registration open until ${clock(until)}${network === undefined ? "" : ` for ${network}`}`,
  keys: {
    clients: [
      { key: "k", label: "kick" },
      { key: "m", label: "mute" },
      { key: "b", label: "ban" },
      { key: "d", label: "close" },
      { key: "a", label: "announce" },
      { key: "r", label: "reload" },
      ...EVERYWHERE,
    ],
    accounts: [
      { key: "a", label: "add" },
      { key: "o", label: "role" },
      { key: "p", label: "password" },
      { key: "d", label: "disable" },
      { key: "i", label: "import" },
      ...EVERYWHERE,
    ],
    groups: [
      { key: "a", label: "create" },
      { key: "+", label: "add" },
      { key: "-", label: "remove" },
      { key: "x", label: "delete" },
      ...EVERYWHERE,
    ],
    invites: [
      { key: "a", label: "create" },
      { key: "x", label: "revoke" },
      { key: "o", label: "open" },
      { key: "c", label: "close" },
      ...EVERYWHERE,
    ],
  },
  help: {
    clients: [
      "k   kick the user             m   mute the user for a time",
      "b   ban the name              d   close this one connection",
      "a   announce to everyone      r   reload the settings",
    ],
    accounts: [
      "a   create an account         o   change the role",
      "p   set a password            d   disable it, or enable it again",
      "i   import a class list",
    ],
    groups: [
      "a   create a group            x   delete it",
      "+   add accounts              -   remove accounts",
    ],
    invites: [
      "a   create an invitation      x   revoke it",
      "o   open registration         c   close it",
    ],
  },
  helpEverywhere: [
    "1 2 3 4, Tab   connections, accounts, groups, invitations",
    "↑ ↓ or J j, PgUp PgDn, Home End   choose a line   /   filter",
    "Enter confirms, Escape goes back. q quits; the server keeps running.",
  ],
  ask: {
    for: "For how long (10min, 2h30, 1d; empty: forever)",
    reason: "Reason, shown to the user (optional)",
    content: "Announcement to everyone",
    filter: "Text to find",
    name: "Name",
    password: "Password (empty: generate one)",
    role: "Role (member, moderator, admin)",
    users: "Accounts, with commas",
    uses: "How many uses",
    expires: "For how long (30min, 2h, 7d)",
    channel: "Channel (empty: none)",
    register: "May an account be registered with it? (y/n)",
    network: "Network, such as 10.0.0.0/8 (empty: all)",
    file: "Class list, a CSV file",
    sheet: "File for the slips with the passwords",
  },
  wrong: {
    for: "Expected a duration such as 10min, 2h30 or 1d.",
    expires: "Expected a duration such as 10min, 2h30 or 1d.",
    role: "Expected member, moderator or admin.",
    uses: "Expected a number from 1 to 1000.",
    register: "Expected y or n.",
  },
  confirm: (action, subject) => `${ACTS[action][0]}${subject}? (y/n)`,
  done: (action, subject, detail) =>
    `${ACTS[action][1]}${subject}${detail === "" ? "." : `: ${detail}`}`,
  imported: ({ add, move, change, keep }, sheet) =>
    `Imported: ${add} created, ${move} moved, ${change} changed, ${keep} unchanged. Slips: ${sheet}`,
  importing: (done, of) => `Passwords: ${done} of ${of}`,
  cancelled: "Nothing was done.",
};
