// Lists the programming languages that code is coloured in, with the names that people write after a fence or in a
// file name.

interface Language {
  /** The name in the colouring library. */
  readonly name: string;
  /** The name to show. */
  readonly title: string;
  /** Other names, and file name extensions. */
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

/** Returns the name of a language in the colouring library, or `undefined` if the language is not supported. */
export function languageName(written: string): string | undefined {
  return BY_NAME.get(written.toLowerCase())?.name;
}

/** Returns the name of a language to show: for an unknown language, the name as written. */
export function languageTitle(written: string): string {
  return BY_NAME.get(written.toLowerCase())?.title ?? written;
}

/** Returns the language of a file by its extension, to write after a fence. It may be empty. */
export function languageOfFile(name: string): string {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return ending === "html" || ending === "htm" ? "html" : languageName(ending) ?? "";
}
