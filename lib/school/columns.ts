// Finds the columns of a class list by their headings, in French or English. Case, accents and signs do not matter.
import { accentlessKey } from "../protocol/name_keys.ts";
import { CELL_UNITS_MAX } from "./limits.ts";
import { ListError, problemOf, shown } from "./problem.ts";

/** What a column may have. */
export const COLUMN_KINDS = [
  "name",
  "first",
  "last",
  "id",
  "role",
  "class",
  "groups",
  "password",
] as const;

/** One of {@linkcode COLUMN_KINDS}. */
export type ColumnKind = typeof COLUMN_KINDS[number];

// `nom` and `name` are ambiguous: see `columnsOf`.
const HEADINGS: Readonly<Record<string, ColumnKind | "either">> = {
  name: "either",
  nom: "either",
  username: "name",
  user: "name",
  "user name": "name",
  login: "name",
  pseudo: "name",
  identifiant: "name",
  utilisateur: "name",
  "nom utilisateur": "name",
  "nom d utilisateur": "name",
  "nom de l utilisateur": "name",
  "first name": "first",
  firstname: "first",
  "given name": "first",
  prenom: "first",
  prenoms: "first",
  "last name": "last",
  lastname: "last",
  surname: "last",
  "family name": "last",
  "nom de famille": "last",
  "nom famille": "last",
  id: "id",
  "external id": "id",
  "id externe": "id",
  "identifiant externe": "id",
  matricule: "id",
  ine: "id",
  role: "role",
  class: "class",
  classe: "class",
  division: "class",
  group: "groups",
  groups: "groups",
  groupe: "groups",
  groupes: "groups",
  password: "password",
  "mot de passe": "password",
  motdepasse: "password",
  mdp: "password",
};

/** The columns of a list. */
export interface Columns {
  /** The places of the columns that the list has. There is `name`, or `first` and `last`. */
  readonly places: ReadonlyMap<ColumnKind, number>;
  /** The headings of the columns that are not used. */
  readonly ignored: readonly string[];
}

/** Returns how many headings of a line are known. The separator that finds the most is the right one. */
export function countKnown(cells: readonly string[]): number {
  return cells.filter((cell) => kindOf(cell) !== undefined).length;
}

/**
 * Finds the columns.
 *
 * `nom` and `name` are the last name if there is a column for the first name and no other for the last name.
 * Otherwise they are the name of the account.
 *
 * @param line The line of the headings.
 * @throws {ListError} if two columns have the same kind, or none has names.
 */
export function columnsOf(cells: readonly string[], line: number): Columns {
  const kinds = cells.map(kindOf);
  const isLast = kinds.includes("first") && !kinds.includes("last");
  const places = new Map<ColumnKind, number>();
  const ignored: string[] = [];
  for (const [place, found] of kinds.entries()) {
    const cell = cells[place]!.trim();
    if (found === undefined) {
      if (cell !== "") ignored.push(cell.slice(0, 64));
      continue;
    }
    const kind = found === "either" ? isLast ? "last" : "name" : found;
    if (places.has(kind)) {
      const other = cells[places.get(kind)!]!.trim();
      throw new ListError(
        problemOf(line, "double_column", { one: shown(other), other: shown(cell) }),
      );
    }
    places.set(kind, place);
  }
  if (!places.has("name") && !(places.has("first") && places.has("last"))) {
    const found = cells.map((cell) => cell.trim()).join(", ");
    throw new ListError(problemOf(line, "no_name_column", { found: shown(found) }));
  }
  return { places, ignored };
}

function kindOf(cell: string): ColumnKind | "either" | undefined {
  if (cell.length > CELL_UNITS_MAX) return undefined;
  // `groupe(s)`, `Mot_de_passe`, `Nom d’utilisateur`
  const words = accentlessKey(cell).replace(/\((s)\)/g, "$1").replace(/[^\p{L}\p{Nd}]+/gu, " ");
  const heading = words.trim();
  return Object.hasOwn(HEADINGS, heading) ? HEADINGS[heading] : undefined;
}

/** The roles that a list can give. */
export type ListedRole = "member" | "moderator" | "admin";

const ROLE_WORDS: Readonly<Record<string, ListedRole>> = {
  member: "member",
  membre: "member",
  pupil: "member",
  student: "member",
  eleve: "member",
  etudiant: "member",
  etudiante: "member",
  moderator: "moderator",
  moderateur: "moderator",
  moderatrice: "moderator",
  teacher: "moderator",
  prof: "moderator",
  professeur: "moderator",
  professeure: "moderator",
  enseignant: "moderator",
  enseignante: "moderator",
  admin: "admin",
  administrator: "admin",
  administrateur: "admin",
  administratrice: "admin",
};

/** Returns the role that a word names, in French or English; `undefined` if it names none. */
export function roleOf(word: string): ListedRole | undefined {
  const key = accentlessKey(word.trim());
  return Object.hasOwn(ROLE_WORDS, key) ? ROLE_WORDS[key] : undefined;
}
