// The languages that code is coloured in, by the names that people write after a fence or in a file name.

interface Language {
  /** The name in the library that colours. */
  readonly name: string;
  /** The name that people read. */
  readonly title: string;
  /** Other names, and the endings of file names. */
  readonly others: readonly string[];
}

const LANGUAGES: readonly Language[] = [
  { name: "java", title: "Java", others: [] },
  { name: "python", title: "Python", others: ["py", "py3", "python3"] },
  { name: "c", title: "C", others: ["h"] },
  { name: "cpp", title: "C++", others: ["c++", "cc", "cxx", "hpp"] },
  { name: "javascript", title: "JavaScript", others: ["js", "mjs", "cjs", "jsx"] },
  { name: "typescript", title: "TypeScript", others: ["ts", "tsx"] },
  { name: "sql", title: "SQL", others: [] },
  { name: "markup", title: "HTML", others: ["html", "htm", "xml", "svg"] },
  { name: "css", title: "CSS", others: [] },
  { name: "bash", title: "Bash", others: ["sh", "shell"] },
  { name: "json", title: "JSON", others: [] },
];

const BY_NAME: ReadonlyMap<string, Language> = new Map(
  LANGUAGES.flatMap((language) =>
    [language.name, ...language.others].map((name) => [name, language] as const)
  ),
);

/** The name of a language in the library that colours, or `undefined` if it has no colours. */
export function languageName(written: string): string | undefined {
  return BY_NAME.get(written.toLowerCase())?.name;
}

/** The name of a language for people: as they wrote it, if it is unknown. */
export function languageTitle(written: string): string {
  return BY_NAME.get(written.toLowerCase())?.title ?? written;
}

/** The language of a file, by the ending of its name: what is written after the fence, maybe nothing. */
export function languageOfFile(name: string): string {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return ending === "html" || ending === "htm" ? "html" : languageName(ending) ?? "";
}
