// Checks the rows of a class list without looking at the accounts: names, ids, classes, groups, and duplicates.
import { differInScript, looksOf } from "../protocol/look_alikes.ts";
import { checkName, NAME_MAX } from "../protocol/names.ts";
import type { ListedRole } from "./columns.ts";
import { GROUPS_MAX, ID_MAX } from "./limits.ts";
import type { ListRow } from "./list.ts";
import { type Problem, type ProblemCode, problemOf, shown } from "./problem.ts";

/** A name and its key, by which names are compared. */
export interface Keyed {
  readonly name: string;
  readonly key: string;
}

/** One checked person of a class list. */
export interface Person extends Keyed {
  readonly line: number;
  /** What the name looks like, and what its key looks like. */
  readonly looks: readonly [string, string];
  readonly id: string | undefined;
  /** `undefined`: the list says nothing, so that an account keeps its role. */
  readonly role: ListedRole | undefined;
  readonly class: Keyed | undefined;
  /** Without the class. */
  readonly groups: readonly Keyed[];
  /** The password for a new account. */
  readonly password: string | undefined;
}

/** Returns what is wrong with a password; `undefined` if nothing is. */
export type CheckPassword = (password: string) => Problem["places"] | undefined;

/**
 * Checks one row.
 *
 * @returns The person, or the problem.
 */
export function checkRow(row: ListRow, checkPassword: CheckPassword): Person | Problem {
  const { line, id, role, password } = row;
  const checked = checkName(row.name);
  if (!checked.ok) {
    const { reason, places = {} } = checked;
    return problemOf(line, "bad_name", { found: shown(row.name), reason, ...places });
  }
  if (id !== undefined && (id.length > ID_MAX || !ID.test(id))) {
    return problemOf(line, "bad_id", { found: shown(id), max: ID_MAX });
  }
  const wanted = row.groups ?? [];
  if (wanted.length > GROUPS_MAX) return problemOf(line, "too_many_groups", { max: GROUPS_MAX });
  const ofClass = row.class === undefined ? undefined : checkGroup(row.class, line, "bad_class");
  if (ofClass !== undefined && "code" in ofClass) return ofClass;
  const groups = new Map<string, Keyed>();
  for (const group of wanted) {
    const found = checkGroup(group, line, "bad_group");
    if ("code" in found) return found;
    if (found.key !== ofClass?.key) groups.set(found.key, found);
  }
  const weak = password === undefined ? undefined : checkPassword(password);
  if (weak !== undefined) return problemOf(line, "bad_password", weak);
  const { name, key } = checked;
  return {
    line,
    name,
    key,
    looks: [looksOf(name), looksOf(key)],
    id,
    role,
    class: ofClass,
    groups: [...groups.values()],
    password,
  };
}

// Visible characters and single spaces: an id is compared exactly, so an invisible difference must not exist.
const ID = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u;

function checkGroup(text: string, line: number, code: ProblemCode): Keyed | Problem {
  const checked = checkName(text);
  if (checked.ok) return { name: checked.name, key: checked.key };
  return problemOf(line, code, { found: shown(text), max: NAME_MAX });
}

/** Finds the people of a list who cannot be told apart. */
export function findDuplicates(people: readonly Person[]): Problem[] {
  const problems: Problem[] = [];
  const byKey = new Map<string, Person>();
  const byId = new Map<string, Person>();
  const byLooks = new Map<string, Person[]>();
  for (const person of people) {
    const { line, name, key, id, looks } = person;
    const sameName = byKey.get(key);
    const sameId = id === undefined ? undefined : byId.get(id);
    const alike = looks.flatMap((look) => byLooks.get(look) ?? [])
      .find((other) => differInScript(name, other.name));
    if (sameName !== undefined) {
      problems.push(problemOf(line, "same_name", { found: shown(name), other: sameName.line }));
    } else if (sameId !== undefined) {
      problems.push(problemOf(line, "same_id", { found: shown(id!), other: sameId.line }));
    } else if (alike !== undefined) {
      problems.push(problemOf(line, "alike", { found: shown(name), other: alike.line }));
    }
    byKey.set(key, person);
    if (id !== undefined) byId.set(id, person);
    for (const look of new Set(looks)) {
      const others = byLooks.get(look);
      if (others === undefined) byLooks.set(look, [person]);
      else if (others.length < ALIKE_MAX) others.push(person);
    }
  }
  return problems;
}

// Names that look the same in one script, such as `ill` and `lil`, may be many. A few suffice to find the others.
const ALIKE_MAX = 100;
