// The texts of the problems of a class list, in English and French.
import type { Problem, ProblemCode } from "./problem.ts";

/** The languages of the texts. */
export type SchoolLanguage = "en" | "fr";

const EN: Readonly<Record<ProblemCode, string>> = {
  too_big: "The file has {bytes} bytes; the maximum is {max}. Split it, for example by class.",
  utf16:
    "The file is in UTF-16. Save it as “CSV UTF-8 (comma delimited)”; in Excel this is a choice of Save As.",
  binary: "This is not a text file. In the spreadsheet, save the sheet as CSV.",
  empty: "The file lists nobody. Expected a line of headings, then one line for each person.",
  too_many_lines: "The file lists more than {max} people. Split it, for example by class.",
  open_quote:
    'A quoted cell has no end. Close it with a quote ("), and write "" for a quote inside.',
  after_quote: 'Text follows the end of a quoted cell. Write "" for a quote inside a quoted cell.',
  group_limit:
    "The list has {count} new classes and groups, but there is room for {room}. Delete some: classcord group.",
  no_name_column:
    "No column has names. Expected a heading such as name or login, or first name and last name; got {found}.",
  double_column: "The columns {one} and {other} mean the same. Remove one of them.",
  too_many_cells:
    "More cells than headings ({max}): {found}. Put a cell that contains the separator in quotes.",
  cell_too_long: "The cell in the column “{column}” has more than {max} characters.",
  control_character: "The cell in the column “{column}” has a line end or a control character.",
  no_name: "The name is missing.",
  bad_role:
    "Expected a role: member, moderator or admin (pupil and teacher are accepted); got {found}.",
  bad_name: "{found} is not a valid name. {why}",
  bad_id: "{found} is not a valid id. Expected 1 to {max} visible characters.",
  bad_class: "{found} is not a valid name for a class. The rules are those of user names.",
  bad_group: "{found} is not a valid name for a group. The rules are those of user names.",
  too_many_groups: "At most {max} groups for one person.",
  bad_password: "Expected a password of {min} to {max} characters, got {length}.",
  password_space: "The password begins or ends with a space. Remove the space.",
  no_password: "The password is missing.",
  same_name: "Line {other} has the name {found} too. Give one of them another name.",
  same_id: "Line {other} has the id {found} too.",
  same_account: "Line {other} is about the account {found} too.",
  alike: "The name {found} looks like the name in line {other}, in letters of another script.",
  name_taken: "The name {name} belongs to another account.",
  looks_like:
    "The name {found} looks like the account {name}, in letters of another script. Choose another.",
  other_id:
    "The account {name} has the id {id}, so it belongs to another person. Choose another name.",
  in_directory:
    "The account {name} is in the directory of the school. A list cannot change its name or its password.",
  admin: "The role admin is given only with --allow-admins.",
  admin_change:
    "{name} is an administrator. An import changes administrators only with --allow-admins.",
  not_a_class: "{found} is a group, not a class. Give the class another name.",
  not_a_group: "{found} is a class, not a group. Use the column for the class.",
};

const FR: Readonly<Record<ProblemCode, string>> = {
  too_big:
    "Le fichier fait {bytes} octets, pour {max} au plus. Découpez-le, par exemple une classe par fichier.",
  utf16:
    "Le fichier est en UTF-16. Enregistrez-le au format « CSV UTF-8 », proposé par « Enregistrer sous » dans Excel.",
  binary: "Ce n'est pas un fichier texte. Dans le tableur, enregistrez la feuille au format CSV.",
  empty:
    "Le fichier ne contient personne. Il faut une ligne d'en-têtes, puis une ligne par personne.",
  too_many_lines:
    "Le fichier contient plus de {max} personnes. Découpez-le, par exemple une classe par fichier.",
  open_quote:
    'Une cellule entre guillemets n\'est pas fermée. Fermez-la par un guillemet (") et doublez ceux du texte ("").',
  after_quote:
    'Du texte suit le guillemet fermant d\'une cellule. Doublez les guillemets du texte ("").',
  group_limit:
    "La liste contient {count} nouveaux groupes et classes, pour {room} places. Supprimez-en : classcord group.",
  no_name_column:
    "Aucune colonne ne donne les noms. Attendu : un en-tête comme nom ou identifiant, ou bien prénom et nom ; reçu : {found}.",
  double_column: "Les colonnes {one} et {other} ont le même sens. Supprimez-en une.",
  too_many_cells:
    "Plus de cellules que d'en-têtes ({max}) : {found}. Mettez entre guillemets une cellule qui contient le séparateur.",
  cell_too_long: "La cellule de la colonne « {column} » dépasse {max} caractères.",
  control_character:
    "La cellule de la colonne « {column} » contient un saut de ligne ou un caractère de contrôle.",
  no_name: "Le nom manque.",
  bad_role:
    "Rôle attendu : membre, modérateur ou admin (élève et professeur conviennent aussi) ; reçu : {found}.",
  bad_name: "{found} n'est pas un nom valide. {why}",
  bad_id: "{found} n'est pas un identifiant valide : il faut 1 à {max} caractères visibles.",
  bad_class:
    "{found} ne peut pas être le nom d'une classe. Les règles sont celles des noms d'utilisateur.",
  bad_group:
    "{found} ne peut pas être le nom d'un groupe. Les règles sont celles des noms d'utilisateur.",
  too_many_groups: "{max} groupes au plus par personne.",
  bad_password: "Le mot de passe doit compter de {min} à {max} caractères, pas {length}.",
  password_space: "Le mot de passe commence ou finit par une espace. Supprimez-la.",
  no_password: "Le mot de passe manque.",
  same_name: "Le nom {found} est aussi celui de la ligne {other}. Changez l'un des deux.",
  same_id: "L'identifiant {found} est aussi celui de la ligne {other}.",
  same_account: "La ligne {other} concerne aussi le compte {found}.",
  alike: "Le nom {found} ressemble à celui de la ligne {other}, dans un autre alphabet.",
  name_taken: "Le nom {name} est celui d'un autre compte.",
  looks_like:
    "Le nom {found} ressemble au compte {name}, dans un autre alphabet. Choisissez-en un autre.",
  other_id:
    "Le compte {name} a l'identifiant {id} : c'est une autre personne. Choisissez un autre nom.",
  in_directory:
    "Le compte {name} est dans l'annuaire de l'établissement : une liste ne change ni son nom ni son mot de passe.",
  admin: "Le rôle admin n'est donné qu'avec --allow-admins.",
  admin_change:
    "{name} est administrateur. L'import ne modifie un administrateur qu'avec --allow-admins.",
  not_a_class: "{found} est un groupe, pas une classe. Donnez un autre nom à la classe.",
  not_a_group: "{found} est une classe, pas un groupe. Utilisez la colonne de la classe.",
};

const NAME_REASONS: Readonly<Record<SchoolLanguage, Readonly<Record<string, string>>>> = {
  en: {
    name_length: "A name has 1 to {max} characters, not {length}.",
    name_marks: "At most {max} accents on one letter.",
    name_characters: "A name has letters, digits, inner spaces and _ - . ' ~ ( ) & ,",
    name_reserved: "This name is reserved.",
  },
  fr: {
    name_length: "Un nom compte de 1 à {max} caractères, pas {length}.",
    name_marks: "Au plus {max} accents sur une lettre.",
    name_characters:
      "Un nom se compose de lettres, de chiffres, d'espaces intérieures et de _ - . ' ~ ( ) & ,",
    name_reserved: "Ce nom est réservé.",
  },
};

const CATALOGUES = { en: EN, fr: FR } as const;

/** Returns a problem as a sentence, without its line. */
export function problemText({ code, places }: Problem, language: SchoolLanguage): string {
  const why = NAME_REASONS[language][String(places["reason"])] ?? "";
  return fill(fill(CATALOGUES[language][code], { why }), places).trim();
}

function fill(text: string, places: Problem["places"]): string {
  return text.replace(
    /\{(\w+)\}/g,
    (place, name: string) => Object.hasOwn(places, name) ? String(places[name]) : place,
  );
}
