// The steps of a login at the directory. Each is reported in words, for `classcord ldap test`.
import { randomUUID } from "node:crypto";
import type { DirectoryPerson } from "../auth/directory.ts";
import { checkName } from "../protocol/names.ts";
import {
  nameWithKey,
  type Person,
  readPerson,
  searchById,
  searchByName,
  UnusableEntry,
} from "./entry.ts";
import { findGiven } from "./groups.ts";
import type { DirectorySettings } from "./settings.ts";
import { type Search, type Talk, TalkFailed } from "./talk.ts";

/** What the steps need. */
export interface Steps {
  readonly talk: Pick<Talk, "bind" | "search">;
  readonly settings: DirectorySettings;
  /** Receives what each step found, as a sentence without secrets. It may have text of the directory. */
  readonly told?: (step: string) => void;
}

/** The result of a search for one entry: the person, or why there is none, in a sentence. */
export type Found =
  | { readonly person: Person; readonly problem?: undefined }
  | { readonly person?: undefined; readonly problem: string };

/** Binds as the account that searches, or anonymously. @throws {TalkFailed} If the directory refuses it. */
export async function bindToSearch({ talk, settings, told }: Steps): Promise<void> {
  const { bindDn, bindPassword } = settings;
  if (!await talk.bind(bindDn, bindPassword)) {
    throw new TalkFailed(`the directory refuses the account of auth.ldap.bind_dn, ${bindDn}`);
  }
  told?.(bindDn === "" ? "Bound anonymously." : `Bound as ${bindDn}.`);
}

/** Finds the entry with a name. @param name A valid name. @throws {TalkFailed} */
export async function findByName(name: string, steps: Steps): Promise<Found> {
  const checked = checkName(name);
  if (!checked.ok) return { problem: "The name is not valid." };
  const found = await findOne(searchByName(checked.name, steps.settings), steps);
  if (found.person === undefined) return found;
  // Directories find more than the same name: some ignore accents. Each of these names would have attempts of its own.
  const same = nameWithKey(found.person, checked.key);
  if (same !== undefined) return found;
  return { problem: `The entry has another name than ${checked.name}.` };
}

/** Finds the entry with an identity. @throws {TalkFailed} */
export function findById(id: string, steps: Steps): Promise<Found> {
  return findOne(searchById(id, steps.settings), steps);
}

async function findOne(search: Search, { talk, settings, told }: Steps): Promise<Found> {
  told?.(`Searching ${search.base} for ${search.filter}.`);
  const entries = await talk.search(search);
  if (entries === undefined) {
    throw new TalkFailed(`there is no entry ${search.base} (auth.ldap.base)`);
  }
  const [entry, ...others] = entries;
  if (entry === undefined) return { problem: "No entry was found." };
  if (others.length > 0) return { problem: "More than one entry was found." };
  try {
    const person = readPerson(entry, settings);
    told?.(`Found ${person.dn}, with the ${settings.idAttribute} ${person.id}.`);
    if (person.disabled !== undefined) {
      return { problem: `The entry is disabled: ${person.disabled}.` };
    }
    return { person };
  } catch (error) {
    if (!(error instanceof UnusableEntry)) throw error;
    return { problem: `The entry ${entry.dn} cannot be used: ${error.message}.` };
  }
}

/**
 * Logs in. An unknown name takes as many steps as a wrong password.
 *
 * @param password `undefined` or empty for a password that nobody can have.
 * @returns `undefined` if the name is unknown or the password wrong.
 * @throws {TalkFailed}
 */
export async function logIn(
  { name, password }: { readonly name: string; readonly password: string | undefined },
  steps: Steps,
): Promise<DirectoryPerson | undefined> {
  const { talk, settings, told } = steps;
  const { person, problem } = await findByName(name, steps);
  if (problem !== undefined) told?.(problem);
  // Many directories take a bind without a password, or with one that begins with NUL, for an anonymous one.
  const isPossible = password !== undefined && password !== "" && !password.includes("\0");
  const right = person !== undefined && isPossible
    ? await talk.bind(person.dn, password)
    : await talk.bind(nobody(settings), password && isPossible ? password : randomUUID()) && false;
  told?.(right ? "The password is right." : "The password was not accepted.");
  if (!right || person === undefined) return undefined;
  await bindToSearch(steps);
  return await describe(person, { ...steps, name });
}

/** Returns what the chat needs to know of a person. `name` is the name that the account has or should have. */
export async function describe(
  person: Person,
  { talk, settings, told, name }: Steps & { readonly name: string },
): Promise<DirectoryPerson | undefined> {
  const { role, groups, found } = await findGiven(talk, person, settings);
  const key = checkName(name);
  const chosen = key.ok ? nameWithKey(person, key.key) : undefined;
  const first = chosen ?? person.names[0];
  if (first === undefined) {
    told?.(`The entry has no valid name in ${settings.nameAttribute}.`);
    return undefined;
  }
  told?.(`Groups of the directory: ${[...found].join("; ") || "none"}.`);
  told?.(`Role: ${role ?? "not set by the directory"}. Groups: ${groups.join(", ") || "none"}.`);
  const names = [first, ...person.names.filter((other) => other !== first)] as const;
  return { id: person.id, names: [...names], role, groups };
}

// An entry that does not exist, beside those that are searched.
function nobody({ base }: DirectorySettings): string {
  return `cn=${randomUUID()},${base}`;
}
