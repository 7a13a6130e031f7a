// Carries out the plan of an import in the database.
import type { Keyed, Person } from "../../school/people.ts";
import type { Directory } from "../../school/directory.ts";
import type { Plan, Step } from "../../school/plan.ts";
import { type Account, AccountStore } from "../accounts.ts";
import type { Database } from "../database.ts";
import { GroupStore } from "../groups.ts";
import { transact } from "../transaction.ts";
import { AccountDirectory } from "./directory.ts";
import { renameAccounts, type Renaming } from "./renaming.ts";

/** What the plan does not say. */
export interface ApplyOptions {
  /** The hashes of the new passwords. */
  readonly hashes: ReadonlyMap<Person, string>;
  /** Whether the page asks for another password at the next login of the accounts that get one. */
  readonly mustChange: boolean;
  readonly now: number;
  /** Records a change of an account in the audit log. */
  readonly note: (action: ImportAction, target: string, detail: string) => void;
}

/** The actions of an import, as the audit log names them. */
export type ImportAction =
  | "user_add"
  | "user_rename"
  | "user_role"
  | "user_passwd"
  | "user_disable"
  | "group_create"
  | "group_add"
  | "group_remove";

/** What an import has changed, for the users who are online. */
export interface Applied {
  readonly added: readonly Account[];
  /** The accounts with a new name, and the one they had. */
  readonly renamed: readonly { readonly account: Account; readonly from: string }[];
  readonly roles: readonly Account[];
  readonly passwords: readonly Account[];
  readonly disabled: readonly Account[];
}

/** Reads what a plan needs, and carries out plans. */
export class SchoolStore {
  /** The accounts, the groups and the classes. */
  readonly directory: Directory;
  readonly #database: Database;

  constructor(database: Database) {
    this.directory = new AccountDirectory(database);
    this.#database = database;
  }

  /** Renames accounts; see {@linkcode renameAccounts}. */
  rename(renamings: readonly Renaming[]): void {
    renameAccounts(this.#database, renamings);
  }

  /** Carries out a plan; see {@linkcode applyPlan}. */
  apply(plan: Plan, options: ApplyOptions): Applied {
    return applyPlan(this.#database, plan, options);
  }
}

/** Carries out a plan without problems, in one transaction. The plan must be made from the present state. */
export function applyPlan(database: Database, plan: Plan, options: ApplyOptions): Applied {
  return transact(database, () => {
    const { now, note } = options;
    const accounts = new AccountStore(database);
    const groups = createGroups(database, plan, options);
    const renames = plan.steps.filter(({ renames }) => renames);
    renameAccounts(
      database,
      renames.map(({ person, account }) => ({
        account: account!.account,
        from: account!.key,
        name: person.name,
        key: person.key,
      })),
    );
    const ids = new Map<Step, number>();
    for (const step of plan.steps) ids.set(step, write(accounts, step, options));
    join(database, plan, { groups, ids, note });
    for (const { account, name } of plan.disable) {
      accounts.setDisabled(account, now);
      note("user_disable", name, "not in the list");
    }
    const read = (id: number) => accounts.findById(id)!;
    const those = (test: (step: Step) => boolean) =>
      plan.steps.filter(test).map((step) => read(ids.get(step)!));
    return {
      added: those(({ kind }) => kind === "add"),
      renamed: renames.map(({ account }) => ({
        account: read(account!.account),
        from: account!.name,
      })),
      roles: those(({ kind, role }) => kind !== "add" && role !== undefined),
      passwords: those(({ kind, password }) => kind !== "add" && password),
      disabled: plan.disable.map(({ account }) => read(account)),
    };
  });
}

function createGroups(
  database: Database,
  { created, classes, steps }: Plan,
  { now, note }: ApplyOptions,
): Map<string, number> {
  const store = new GroupStore(database);
  for (const { name, key, isClass } of created) {
    store.create({ name, key, isClass, now });
    note("group_create", name, isClass ? "class" : "");
  }
  const keys = new Set([
    ...classes.map(({ key }) => key),
    ...steps.flatMap(({ leaves, groups }) => [...leaves, ...groups].map(({ key }) => key)),
  ]);
  return new Map([...keys].map((key) => [key, store.find(key)!.id]));
}

// Creates or changes one account. Returns its number.
function write(store: AccountStore, step: Step, options: ApplyOptions): number {
  const { person, account, role } = step;
  const { hashes, mustChange, now, note } = options;
  const { name, key, id: externalId, looks } = person;
  if (account === undefined) {
    const passwordHash = hashes.get(person)!;
    const made = store.create({
      ...{ name, key, looks: looks[0], passwordHash, externalId, mustChange, now },
      ...(role === undefined ? {} : { role }),
    });
    note("user_add", name, `${made.role}; import`);
    return made.id;
  }
  const id = account.account;
  if (step.renames) note("user_rename", name, `${account.name} to ${name}`);
  if (role !== undefined) {
    store.setRole(id, role);
    note("user_role", step.renames ? name : account.name, `${account.role} to ${role}`);
  }
  if (step.identifies) store.setExternalId(id, externalId!);
  if (step.password) {
    store.setPasswordHash(id, hashes.get(person)!);
    store.setMustChange(id, mustChange);
    note("user_passwd", step.renames ? name : account.name, "import");
  }
  return id;
}

function join(
  database: Database,
  { steps }: Plan,
  { groups, ids, note }: Pick<ApplyOptions, "note"> & {
    readonly groups: ReadonlyMap<string, number>;
    readonly ids: ReadonlyMap<Step, number>;
  },
): void {
  const store = new GroupStore(database);
  // The accounts of each group together, so that each group needs one statement.
  const changes = new Map<string, MembershipChange>();
  const collect = (step: Step, { name, key }: Keyed, action: MembershipChange["action"]) => {
    const change = changes.get(`${action} ${key}`) ?? { action, key, ids: [] };
    changes.set(`${action} ${key}`, change);
    change.ids.push(ids.get(step)!);
    const account = step.renames || step.account === undefined ? step.person : step.account;
    note(action === "group_remove" ? action : "group_add", account.name, name);
  };
  for (const step of steps) {
    for (const tie of step.leaves) collect(step, tie, "group_remove");
    if (step.joins !== undefined) collect(step, step.joins, "group_import");
    for (const group of step.groups) collect(step, group, "group_add");
  }
  for (const { action, key, ids } of changes.values()) {
    const id = groups.get(key)!;
    if (action === "group_remove") store.remove(id, ids);
    else store.add(id, ids, action === "group_import");
  }
}

// The accounts that join or leave one group.
interface MembershipChange {
  readonly action: "group_add" | "group_import" | "group_remove";
  readonly key: string;
  readonly ids: number[];
}
