// Finds the groups that an entry is in, and what they give: a role, and groups of the chat.
import { EqualityFilter, ExtensibleFilter, type Filter, OrFilter, PresenceFilter } from "ldapts";
import { ACCOUNT_ROLES, type AccountRole } from "../store/accounts.ts";
import { normalizeDn } from "./dn.ts";
import type { Person } from "./entry.ts";
import type { DirectorySettings } from "./settings.ts";
import { type Talk, textsOf } from "./talk.ts";

/** What the groups of a person give. */
export interface Given {
  /** The role; `undefined` if the settings map no roles. */
  readonly role: AccountRole | undefined;
  /** The names of the groups of the chat. */
  readonly groups: readonly string[];
  /** The distinguished names of all groups found, in their compared form. */
  readonly found: ReadonlySet<string>;
}

/** The settings that describe groups. */
export type GroupSettings = Pick<
  DirectorySettings,
  "groupSearch" | "groupBase" | "roles" | "groups"
>;

/** Active Directory follows the groups in groups by itself for this rule. */
export const IN_CHAIN = "1.2.840.113556.1.4.1941";
/** The maximum number of groups of one person. Those found first count. */
export const GROUPS_MAX = 500;
/** The maximum number of searches for one person. */
const SEARCHES_MAX = 50;
/** The maximum number of groups that one search names. */
const GROUPS_AT_ONCE = 50;
const LEVELS_MAX = 10;

/** Finds what the groups of a person give. @throws {TalkFailed} */
export async function findGiven(
  talk: Pick<Talk, "search">,
  person: Pick<Person, "dn" | "names" | "memberOf">,
  settings: GroupSettings,
): Promise<Given> {
  const { roles, groups } = settings;
  const isNeeded = roles.length + groups.length > 0;
  const found = isNeeded ? await findGroups(talk, person, settings) : new Set<string>();
  const given = roles.filter(({ dn }) => found.has(dn)).map(({ gives }) => gives);
  const highest = ACCOUNT_ROLES.findLast((role) => given.includes(role)) ?? "member";
  return {
    role: roles.length === 0 ? undefined : highest,
    groups: [...new Set(groups.filter(({ dn }) => found.has(dn)).map(({ gives }) => gives))],
    found,
  };
}

async function findGroups(
  talk: Pick<Talk, "search">,
  person: Pick<Person, "dn" | "names" | "memberOf">,
  settings: GroupSettings,
): Promise<Set<string>> {
  const walk = new Walk(talk, settings);
  switch (settings.groupSearch) {
    case "memberOf":
      walk.add(person.memberOf);
      break;
    case "nested":
      walk.add(person.memberOf);
      await walk.climb((groups) => walk.readMemberOf(groups));
      break;
    case "in_chain":
      walk.add(
        await walk.namesOf([
          new ExtensibleFilter({ rule: IN_CHAIN, matchType: "member", value: person.dn }),
        ]),
      );
      break;
    case "search":
      walk.add(
        await walk.namesOf([
          ...listing([person.dn]),
          ...person.names.map((value) => new EqualityFilter({ attribute: "memberUid", value })),
        ]),
      );
      await walk.climb((groups) => walk.namesOf(listing(groups)));
  }
  return walk.found;
}

function listing(dns: readonly string[]): Filter[] {
  return dns.flatMap((value) =>
    ["member", "uniqueMember"].map((attribute) => new EqualityFilter({ attribute, value }))
  );
}

/** Follows groups in groups. Circles and long chains end it, because each group and each search counts once. */
class Walk {
  /** The groups so far, in the form that is compared. */
  readonly found = new Set<string>();
  readonly #talk: Pick<Talk, "search">;
  readonly #base: string;
  #latest: string[] = [];
  #searches = 0;

  constructor(talk: Pick<Talk, "search">, { groupBase }: GroupSettings) {
    this.#talk = talk;
    this.#base = groupBase;
  }

  /** Adds groups by their names as the directory writes them. */
  add(dns: readonly string[]): void {
    for (const dn of dns) {
      const normal = normalizeDn(dn);
      if (normal === undefined || this.found.has(normal) || this.found.size >= GROUPS_MAX) continue;
      this.found.add(normal);
      this.#latest.push(dn);
    }
  }

  /** Adds the groups above those found, level by level. */
  async climb(above: (groups: readonly string[]) => Promise<readonly string[]>): Promise<void> {
    for (let level = 0; level < LEVELS_MAX && this.#latest.length > 0; level++) {
      const groups = this.#latest;
      this.#latest = [];
      for (let at = 0; at < groups.length && this.#searches < SEARCHES_MAX; at += GROUPS_AT_ONCE) {
        this.add(await above(groups.slice(at, at + GROUPS_AT_ONCE)));
      }
    }
  }

  /** Returns the names of the groups that one of the filters finds. */
  async namesOf(filters: Filter[]): Promise<string[]> {
    this.#searches++;
    const entries = await this.#talk.search({
      base: this.#base,
      scope: "sub",
      filter: new OrFilter({ filters }),
      attributes: ["1.1"],
      most: GROUPS_MAX,
    });
    return (entries ?? []).map(({ dn }) => dn);
  }

  /** Returns the groups that each of the groups is in. */
  async readMemberOf(groups: readonly string[]): Promise<string[]> {
    const above: string[] = [];
    for (const base of groups) {
      if (++this.#searches > SEARCHES_MAX) break;
      const entries = await this.#talk.search({
        base,
        scope: "base",
        filter: new PresenceFilter({ attribute: "objectClass" }),
        attributes: ["memberOf"],
        most: 1,
      });
      above.push(...(entries ?? []).flatMap((entry) => textsOf(entry, "memberOf")));
    }
    return above;
  }
}
