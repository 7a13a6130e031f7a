// Finds the accounts of a class that its list does not have.
import type { Directory, KnownAccount } from "./directory.ts";
import type { Keyed } from "./people.ts";

/** The accounts of some classes that a list does not have, disabled ones not counted. */
export interface Missing {
  /** Members whom an import added. */
  readonly imported: KnownAccount[];
  readonly others: KnownAccount[];
  /** The number of members whom an import added, those of the list too. */
  readonly all: number;
}

/**
 * Finds the accounts of classes that a list does not have. Only members whom an import added can be disabled: others
 * may be in the class for another reason.
 */
export function findMissing(
  classes: readonly Keyed[],
  listed: ReadonlySet<number>,
  directory: Directory,
): Missing {
  const imported = new Map<number, KnownAccount>();
  const others = new Map<number, KnownAccount>();
  const all = new Set<number>();
  for (const { key: own } of classes) {
    for (const member of directory.membersOf(own)) {
      if (member.disabled) continue;
      const isImported = member.role === "member" &&
        member.classes.some(({ key, imported }) => key === own && imported);
      if (isImported) all.add(member.account);
      if (listed.has(member.account)) continue;
      (isImported ? imported : others).set(member.account, member);
    }
  }
  for (const account of imported.keys()) others.delete(account);
  return { imported: [...imported.values()], others: [...others.values()], all: all.size };
}
