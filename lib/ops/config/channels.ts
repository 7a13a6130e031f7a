// Reads the [[channel]] tables of the configuration file: channels that always exist.
import { z } from "zod";
import type { ConfiguredChannel } from "../../chat/presence/configured_channel.ts";
import { isRestricted } from "../../chat/permissions.ts";
import { fits } from "../../protocol/characters.ts";
import { kindOf } from "../../protocol/json.ts";
import { CHANNEL_NAME_MAX, checkChannelName, checkName, nameKey } from "../../protocol/names.ts";
import { DEFAULT_CHANNEL } from "../../protocol/reply.ts";
import { NOTE_MAX } from "../../protocol/requests/fields.ts";
import { ACCOUNT_ROLES } from "../../store/accounts.ts";
import { unknownName } from "./unknown.ts";

/** The name of the tables. */
export const CHANNEL_TABLE = "channel";

/** One key of a `[[channel]]` table. */
export interface ChannelKey {
  readonly key: string;
  readonly expected: string;
  readonly help: string;
  readonly schema: z.ZodType;
}

/** The keys of a `[[channel]]` table. */
export const CHANNEL_KEYS: readonly ChannelKey[] = [
  {
    key: "name",
    expected:
      `a channel such as "#dev", of # and 1 to ${CHANNEL_NAME_MAX} letters, digits, dots, hyphens and underscores`,
    help: "Name of the channel; required.",
    schema: z.string().refine((text) => checkChannelName(text).ok),
  },
  {
    key: "topic",
    expected: `a text of at most ${NOTE_MAX} characters`,
    help: "Topic of the channel. Without it, moderators set the topic.",
    schema: z.string().refine((text) => fits(text, NOTE_MAX)).optional(),
  },
  {
    key: "roles",
    expected: 'a list of "member", "moderator", "admin"',
    help:
      "Roles that can join the channel; higher roles can join too. Without `roles`, `accounts` and " +
      "`groups`, everyone can.",
    schema: z.array(z.enum(ACCOUNT_ROLES)).optional(),
  },
  {
    key: "accounts",
    expected: 'a list of names of accounts, such as ["ada", "bob"]',
    help: "Accounts that can join the channel too.",
    schema: z.array(z.string().refine((text) => checkName(text).ok)).optional(),
  },
  {
    key: "groups",
    expected: 'a list of names of groups, such as ["2SLAM"]',
    help:
      "Groups whose accounts can join the channel too. A group that does not exist yet admits nobody.",
    schema: z.array(z.string().refine((text) => checkName(text).ok)).optional(),
  },
  {
    key: "read_only",
    expected: "true or false",
    help: "Whether only moderators can write. Default: false.",
    schema: z.boolean().optional(),
  },
];

/**
 * Reads the tables.
 *
 * @param value The value of `channel` in the file.
 * @param problems Receives a line for each error.
 */
export function readChannels(
  path: string,
  value: unknown,
  problems: string[],
): ConfiguredChannel[] {
  if (!Array.isArray(value)) {
    problems.push(`${path}: channel: expected tables [[channel]], got ${kindOf(value)}.`);
    return [];
  }
  const channels = value.map((table, index) =>
    readChannel(`${path}: channel ${index + 1}`, table, problems)
  );
  const seen = new Set<string>();
  for (const { name } of channels) {
    if (name !== "" && seen.has(nameKey(name))) {
      problems.push(`${path}: channel: expected one table for each channel, got two for ${name}.`);
    }
    seen.add(nameKey(name));
  }
  return channels;
}

function readChannel(place: string, table: unknown, problems: string[]): ConfiguredChannel {
  const values = (typeof table === "object" && table !== null ? table : {}) as Record<
    string,
    unknown
  >;
  const known = CHANNEL_KEYS.map(({ key }) => key);
  for (const key of Object.keys(values)) {
    if (known.includes(key)) continue;
    problems.push(`${place}: ${key}: ${unknownName(key, { kind: "keys", known })}`);
  }
  const read: Record<string, unknown> = {};
  for (const { key, expected, schema } of CHANNEL_KEYS) {
    const result = schema.safeParse(values[key]);
    if (result.success) read[key] = result.data;
    else {
      const got = values[key] === undefined ? "nothing" : JSON.stringify(values[key]);
      problems.push(`${place}: ${key}: expected ${expected}, got ${got}.`);
    }
  }
  const channel = toChannel(read);
  const { groups = [] } = channel;
  if (isRestricted({ ...channel, groups }) && nameKey(channel.name) === nameKey(DEFAULT_CHANNEL)) {
    problems.push(
      `${place}: expected ${DEFAULT_CHANNEL} open to everyone, got roles, accounts or groups.`,
    );
  }
  return channel;
}

function toChannel(read: Record<string, unknown>): ConfiguredChannel {
  const name = typeof read["name"] === "string" ? read["name"].normalize("NFC") : "";
  const topic = read["topic"] as string | undefined;
  return {
    name,
    ...(topic === undefined ? {} : { topic }),
    roles: (read["roles"] ?? []) as ConfiguredChannel["roles"],
    accounts: (read["accounts"] ?? []) as string[],
    groups: (read["groups"] ?? []) as string[],
    readOnly: read["read_only"] === true,
  };
}
