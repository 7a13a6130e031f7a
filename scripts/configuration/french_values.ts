// Translates to French which values a setting accepts.

const UNITS: Readonly<Record<string, string>> = {
  bytes: "octets",
  requests: "requêtes",
  connections: "connexions",
  seconds: "secondes",
  messages: "messages",
  lines: "lignes",
  channels: "salons",
  characters: "caractères",
  KiB: "Kio",
  passes: "passes",
  lanes: "voies",
  threads: "fils d’exécution",
  days: "jours",
  minutes: "minutes",
  hours: "heures",
};

/** Patterns for the program's English texts, and their translations. */
const WORDS: readonly [RegExp, string | ((...groups: string[]) => string)][] = [
  [
    /^a whole number(?: of (\w+))? from (\d+) to (\d+)(?:, or 0 (.+))?$/,
    (_, unit, from, to, zero) =>
      `un nombre entier de ${from} à ${to}${unit === undefined ? "" : ` (${unitOf(unit)})`}` +
      (zero === undefined ? "" : `, ou 0 pour ${zeroInFrench(zero)}`),
  ],
  [/^("\w+"(?: or "\w+")+)$/, (words) => words.replaceAll(" or ", " ou ")],
  [/^true or false$/, "`true` ou `false`"],
  [/^true, false or ("\w+")$/, "`true`, `false` ou `$1`"],
  [/^a path$/, "un chemin"],
  [
    /^up to (\d+) letters, digits, "-" and "_"(, or nothing)?$/,
    (_, count, nothing) =>
      `${count} lettres, chiffres, \`-\` et \`_\` au plus${
        nothing === undefined ? "" : ", ou rien"
      }`,
  ],
  [/^an IP address or a host name$/, "une adresse IP ou un nom de machine"],
  [/^an IP address or a host name, or nothing$/, "une adresse IP ou un nom de machine, ou rien"],
  [/^an address such as ("[^"]+"), or nothing$/, "une adresse comme $1, ou rien"],
  [/^a list of addresses and ranges such as (.+)$/, "une liste d’adresses et de réseaux, comme $1"],
  [
    /^a channel such as ("#\w+"), of # and 1 to (\d+) letters, digits, dots, hyphens and underscores$/,
    "un salon comme $1 : `#` puis 1 à $2 lettres, chiffres, points, traits d’union et tirets bas",
  ],
  [/^a text of at most (\d+) characters$/, "un texte de $1 caractères au plus"],
  [/^a list of ("\w+"(?:, "\w+")+)$/, "une liste de $1"],
  [/^a list such as (.+)$/, "une liste, comme $1"],
  [/^a list of servers such as (.+)$/, "une liste de serveurs, comme $1"],
  [/^a filter such as (.+)$/, "un filtre, comme $1"],
  [/^the name of an attribute$/, "le nom d’un attribut"],
  [/^a distinguished name, or nothing$/, "un nom distinctif (DN), ou rien"],
  [/^a name, or nothing$/, "un nom, ou rien"],
  [/^a list of origins such as (.+)$/, "une liste d’origines, comme $1"],
  [/^a list of names such as (.+)$/, "une liste de noms, comme $1"],
  [/^a list of names of accounts, such as (.+)$/, "une liste de noms de comptes, comme $1"],
  [/^a list of names of groups, such as (.+)$/, "une liste de noms de groupes, comme $1"],
];

/**
 * Translates to French which values a setting accepts.
 *
 * @throws `Error` for a text without a translation.
 */
export function expectedInFrench(words: string): string {
  for (const [pattern, french] of WORDS) {
    if (!pattern.test(words)) continue;
    return typeof french === "string"
      ? words.replace(pattern, french)
      : words.replace(pattern, french);
  }
  throw new Error(`Expected words with a French translation, got ${JSON.stringify(words)}.`);
}

/** What 0 means. */
const ZERO: Readonly<Record<string, string>> = {
  "for no limit": "ne pas limiter",
  "to keep nothing": "ne rien conserver",
  "to always ask for the password": "toujours demander le mot de passe",
  "to announce it at once": "l’annoncer aussitôt",
  "for three if `servers` has at least three, and one otherwise":
    "trois si `servers` en contient au moins trois, un sinon",
};

function zeroInFrench(words: string): string {
  const french = ZERO[words];
  if (french === undefined) throw new Error(`Expected words with French ones, got ${words}.`);
  return french;
}

function unitOf(unit: string): string {
  const french = UNITS[unit];
  if (french === undefined) throw new Error(`Expected a unit with a French name, got ${unit}.`);
  return french;
}
