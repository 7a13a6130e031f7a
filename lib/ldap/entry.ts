// Reads the entry of a person: who it is, under which name, and whether the directory has disabled it.
import { Buffer } from "node:buffer";
import { AndFilter, type Entry, EqualityFilter, FilterParser } from "ldapts";
import { checkName, nameKey } from "../protocol/names.ts";
import type { DirectorySettings } from "./settings.ts";
import { type Search, textsOf, valuesOf } from "./talk.ts";

/** The entry of a person. */
export interface Person {
  readonly dn: string;
  /** The identity of the entry, which stays the same when it is renamed. */
  readonly id: string;
  /** The names that the entry has, without the suffix, in the order of the directory. */
  readonly names: readonly string[];
  /** Why the directory has disabled the entry; `undefined` if it has not. */
  readonly disabled: string | undefined;
  /** The values of `memberOf`. */
  readonly memberOf: readonly string[];
}

/** The settings that describe entries. */
export type EntrySettings = Pick<
  DirectorySettings,
  "base" | "filter" | "nameAttribute" | "nameSuffix" | "idAttribute"
>;

/** The entry cannot be used. The message is for administrators. */
export class UnusableEntry extends Error {
  override readonly name = "UnusableEntry";
}

const HEX = "hex:";
const ID_MAX = 128;
const NAMES_MAX = 20;
const ACCOUNT_DISABLED = 2;
const LOCKED_FOR_GOOD = "000001010000Z";
/** The attributes by which directories disable an account: of Active Directory, OpenLDAP, 389 and eDirectory. */
const STATE = ["userAccountControl", "pwdAccountLockedTime", "nsAccountLock", "loginDisabled"];

/** Returns the search for the entry with a name. More than one entry is found if the name is ambiguous. */
export function searchByName(name: string, settings: EntrySettings): Search {
  return search(settings.nameAttribute, name + settings.nameSuffix, settings);
}

/** Returns the search for the entry with an identity. */
export function searchById(id: string, settings: EntrySettings): Search {
  const value = id.startsWith(HEX) ? Buffer.from(id.slice(HEX.length), "hex") : id;
  return search(settings.idAttribute, value, settings);
}

// The value is sent as it is, not as part of a text, so nothing in it can change the filter.
function search(attribute: string, value: string | Buffer, settings: EntrySettings): Search {
  const { base, filter, nameAttribute, idAttribute } = settings;
  return {
    base,
    scope: "sub",
    filter: new AndFilter({
      filters: [FilterParser.parseString(filter), new EqualityFilter({ attribute, value })],
    }),
    attributes: [...new Set([nameAttribute, idAttribute, "memberOf", ...STATE])],
    binary: ["objectGUID", "GUID"],
    most: 2,
  };
}

/** Reads an entry. @throws {UnusableEntry} */
export function readPerson(entry: Entry, settings: EntrySettings): Person {
  const { dn } = entry;
  // A bind without a name is an anonymous one, whatever the password.
  if (dn === "") throw new UnusableEntry("it has no distinguished name");
  return {
    dn,
    id: readId(entry, settings),
    names: readNames(entry, settings),
    disabled: whyDisabled(entry),
    memberOf: textsOf(entry, "memberOf"),
  };
}

function readId(entry: Entry, { idAttribute }: EntrySettings): string {
  const [value, ...others] = valuesOf(entry, idAttribute);
  const id = typeof value === "string" ? value : value && HEX + value.toString("hex");
  if (id === undefined || others.length > 0 || !/^[!-~]{1,128}$/.test(id) || id.length > ID_MAX) {
    throw new UnusableEntry(`expected one ${idAttribute} of at most ${ID_MAX} characters`);
  }
  // A UUID is the same in capitals.
  return id.toLowerCase();
}

function readNames(entry: Entry, { nameAttribute, nameSuffix }: EntrySettings): string[] {
  const end = nameSuffix.toLowerCase();
  return textsOf(entry, nameAttribute).slice(0, NAMES_MAX).flatMap((value) => {
    if (!value.toLowerCase().endsWith(end)) return [];
    const checked = checkName(value.slice(0, value.length - end.length));
    return checked.ok ? [checked.name] : [];
  });
}

function whyDisabled(entry: Entry): string | undefined {
  const [control, lockedAt, ...locks] = STATE.map((attribute) => textsOf(entry, attribute)[0]);
  if ((Number(control ?? 0) & ACCOUNT_DISABLED) !== 0) return `userAccountControl is ${control}`;
  if (lockedAt === LOCKED_FOR_GOOD) return `pwdAccountLockedTime is ${lockedAt}`;
  if (locks.some((lock) => lock?.toLowerCase() === "true")) return "the account is locked";
  return undefined;
}

/** Returns the name of an entry with this key. */
export function nameWithKey({ names }: Pick<Person, "names">, key: string): string | undefined {
  return names.find((name) => nameKey(name) === key);
}

/** Returns what is wrong with a filter; `undefined` if it is valid. */
export function checkFilter(filter: string): string | undefined {
  try {
    FilterParser.parseString(filter);
    return undefined;
  } catch (error) {
    return `expected an LDAP filter, got ${filter}: ${
      error instanceof Error ? error.message : error
    }`;
  }
}
