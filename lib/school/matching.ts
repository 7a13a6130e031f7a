// Finds which accounts the people of a class list have.
import type { Directory, KnownAccount } from "./directory.ts";
import type { Person } from "./people.ts";
import { type Problem, problemOf, shown } from "./problem.ts";

/** The accounts of the people in a list. */
export interface Matches {
  readonly accounts: ReadonlyMap<Person, KnownAccount>;
  /** The accounts that give up their name in this import. */
  readonly leaving: ReadonlySet<number>;
}

/**
 * Finds the accounts of the people in a list, and adds the contradictions to `problems`.
 *
 * The id is the identity. An account without an id can get one; an account with another id is another person. A name
 * that an account gives up is free for another person of the list.
 */
export function matchAccounts(
  people: readonly Person[],
  directory: Directory,
  problems: Problem[],
): Matches {
  const accounts = new Map<Person, KnownAccount>();
  const leaving = new Set<number>();
  for (const person of people) {
    const own = person.id === undefined ? undefined : directory.byId(person.id);
    if (own === undefined) continue;
    accounts.set(person, own);
    if (own.key !== person.key) leaving.add(own.account);
  }
  const listed = new Map([...accounts].map(([person, { account }]) => [account, person]));
  for (const person of people) {
    if (accounts.has(person)) continue;
    const { line, id } = person;
    const named = directory.byKey(person.key);
    if (named === undefined || leaving.has(named.account)) continue;
    const other = listed.get(named.account);
    if (id !== undefined && named.externalId !== null) {
      const places = { name: shown(named.name), id: shown(named.externalId) };
      problems.push(problemOf(line, "other_id", places));
    } else if (other !== undefined) {
      const places = { found: shown(named.name), other: other.line };
      problems.push(problemOf(line, "same_account", places));
    }
    accounts.set(person, named);
    listed.set(named.account, person);
  }
  return { accounts, leaving };
}
