// Compares a class list with the accounts: what an import adds, changes, moves, keeps and disables. It changes nothing.
import type { ListedRole } from "./columns.ts";
import type { ClassTie, Directory, KnownAccount } from "./directory.ts";
import { DISABLE_SHARE_MAX } from "./limits.ts";
import { findMissing } from "./missing.ts";
import type { Keyed, Person } from "./people.ts";
import { type Problem, problemOf, shown } from "./problem.ts";

/** The choices of an import. */
export interface PlanOptions {
  /** Whether it may create and change administrators. */
  readonly allowAdmins: boolean;
  /** Whether existing accounts of the list get a new password. */
  readonly resetPasswords: boolean;
  /** Whether imported members of the classes who are missing in the list are disabled. */
  readonly disableMissing: boolean;
}

/** What happens to the account of one person. */
export interface Step {
  readonly person: Person;
  /** `undefined`: a new account. */
  readonly account: KnownAccount | undefined;
  readonly kind: "add" | "move" | "change" | "keep";
  /** Whether the account gets the name of the list. */
  readonly renames: boolean;
  /** The role that a new account gets, or to which an existing one changes. */
  readonly role: ListedRole | undefined;
  /** Whether the role that the account has is higher than the new one. */
  readonly lowers: boolean;
  /** Whether the account gets the id of the list. */
  readonly identifies: boolean;
  /** Whether it gets the password of the list. */
  readonly password: boolean;
  /** The class that it joins. */
  readonly joins: Keyed | undefined;
  /** The classes that it leaves. */
  readonly leaves: readonly ClassTie[];
  /** The groups that it joins. */
  readonly groups: readonly Keyed[];
}

/** The effect of an import. It happens as a whole, and only without problems. */
export interface Plan {
  readonly steps: readonly Step[];
  /** The accounts that are disabled because the list does not have them. */
  readonly disable: readonly KnownAccount[];
  /** The share of the imported members of the classes that this is. */
  readonly share: number;
  /** Other members of the classes who are not in the list. Nothing happens to them. */
  readonly untouched: readonly KnownAccount[];
  /** The classes of the list. */
  readonly classes: readonly Keyed[];
  /** The classes and groups that do not exist yet. */
  readonly created: readonly (Keyed & { readonly isClass: boolean })[];
  readonly problems: readonly Problem[];
}

const RANKS: readonly ListedRole[] = ["member", "moderator", "admin"];

/** Plans an import. @param people Checked people without duplicates. */
export function planImport(
  people: readonly Person[],
  directory: Directory,
  options: PlanOptions,
): Plan {
  const problems: Problem[] = [];
  const { classes, created } = findGroups(people, directory, problems);
  if (created.length > directory.roomForGroups) {
    const places = { count: created.length, room: Math.max(0, directory.roomForGroups) };
    problems.push(problemOf(0, "group_limit", places));
  }
  const found = match(people, directory, problems);
  const listed = new Set([...found.accounts.values()].map(({ account }) => account));
  const isLeaving = (account: number) => found.leaving.has(account);
  const steps = people.map((person) => stepOf(person, found.accounts.get(person), options));
  for (const step of steps) {
    const problem = problemOfStep(step, { directory, options, isLeaving });
    if (problem !== undefined) problems.push(problem);
  }
  const missing = findMissing(classes, listed, directory);
  const disable = options.disableMissing ? missing.imported : [];
  const untouched = options.disableMissing
    ? missing.others
    : [...missing.imported, ...missing.others];
  const share = missing.all === 0 ? 0 : disable.length / missing.all;
  return { steps, disable, share, untouched, classes, created, problems: firstOfLines(problems) };
}

/** Whether the plan disables so many accounts that it needs a confirmation. */
export function needsConfirmation({ share }: Pick<Plan, "share">): boolean {
  return share > DISABLE_SHARE_MAX;
}

function findGroups(
  people: readonly Person[],
  directory: Directory,
  problems: Problem[],
): Pick<Plan, "classes" | "created"> {
  const classes = new Map<string, Keyed>();
  const groups = new Map<string, { readonly isClass: boolean } | undefined>();
  const created: Plan["created"][number][] = [];
  const see = (line: number, { name, key }: Keyed, isClass: boolean) => {
    if (!groups.has(key)) {
      const existing = directory.group(key);
      groups.set(key, existing ?? { isClass });
      if (existing === undefined) created.push({ name, key, isClass });
    }
    if (groups.get(key)!.isClass === isClass) return;
    const code = isClass ? "not_a_class" : "not_a_group";
    problems.push(problemOf(line, code, { found: shown(name) }));
  };
  for (const { line, class: own, groups: others } of people) {
    if (own !== undefined) {
      see(line, own, true);
      if (!classes.has(own.key)) classes.set(own.key, own);
    }
    for (const group of others) see(line, group, false);
  }
  return { classes: [...classes.values()], created };
}

interface Matches {
  readonly accounts: ReadonlyMap<Person, KnownAccount>;
  /** The accounts that give up their name in this import. */
  readonly leaving: ReadonlySet<number>;
}

// The id is the identity. An account without an id can get one; an account with another id is another person. A name
// that an account gives up is free for another person of the list.
function match(people: readonly Person[], directory: Directory, problems: Problem[]): Matches {
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

function firstOfLines(problems: readonly Problem[]): Problem[] {
  const byLine = new Map<number, Problem>();
  for (const problem of problems) if (!byLine.has(problem.line)) byLine.set(problem.line, problem);
  return [...byLine.values()].sort((a, b) => a.line - b.line);
}

function stepOf(
  person: Person,
  account: KnownAccount | undefined,
  { resetPasswords }: PlanOptions,
): Step {
  if (account === undefined) {
    return {
      person,
      account,
      kind: "add",
      renames: false,
      role: person.role ?? "member",
      lowers: false,
      identifies: person.id !== undefined,
      password: true,
      joins: person.class,
      leaves: [],
      groups: person.groups,
    };
  }
  const role = person.role === account.role ? undefined : person.role;
  const isStaff = (role ?? account.role) !== "member";
  const isIn = account.classes.some(({ key }) => key === person.class?.key);
  const others = account.classes.filter(({ key }) => key !== person.class?.key);
  // Staff can be in several classes.
  const leaves = person.class === undefined || isStaff ? [] : others;
  const changes = {
    renames: person.id !== undefined && person.name !== account.name,
    role,
    lowers: role !== undefined && RANKS.indexOf(role) < RANKS.indexOf(account.role),
    identifies: person.id !== undefined && account.externalId === null,
    password: resetPasswords,
    joins: isIn ? undefined : person.class,
    leaves,
    groups: person.groups.filter(({ key }) => !account.groups.has(key)),
  };
  const isChange = changes.renames || role !== undefined || changes.identifies ||
    changes.password || changes.joins !== undefined || changes.groups.length > 0;
  const kind = leaves.length > 0 ? "move" : isChange ? "change" : "keep";
  return { person, account, kind, ...changes };
}

interface Surroundings {
  readonly directory: Directory;
  readonly options: PlanOptions;
  /** Whether an account gives up its name in this import. */
  readonly isLeaving: (account: number) => boolean;
}

function problemOfStep(step: Step, surroundings: Surroundings): Problem | undefined {
  const { person, account, kind, role, password, renames } = step;
  const { allowAdmins } = surroundings.options;
  const { line } = person;
  if (role === "admin" && !allowAdmins) return problemOf(line, "admin", {});
  if (account?.role === "admin" && kind !== "keep" && !allowAdmins) {
    return problemOf(line, "admin_change", { name: shown(account.name) });
  }
  if (account?.inDirectory && (password || renames)) {
    return problemOf(line, "in_directory", { name: shown(account.name) });
  }
  if (password && person.password === undefined) return problemOf(line, "no_password");
  return problemOfName(step, surroundings);
}

function problemOfName(
  { person, account, renames }: Step,
  { directory, isLeaving }: Surroundings,
): Problem | undefined {
  if (account !== undefined && !renames) return undefined;
  const { line, name, key, looks } = person;
  const isOther = (other: { readonly account: number }) =>
    other.account !== account?.account && !isLeaving(other.account);
  const holder = directory.byKey(key);
  if (holder !== undefined && isOther(holder)) {
    return problemOf(line, "name_taken", { name: shown(holder.name) });
  }
  const alike = directory.lookAlikes(name, looks).find(isOther);
  return alike && problemOf(line, "looks_like", { found: shown(name), name: shown(alike.name) });
}
