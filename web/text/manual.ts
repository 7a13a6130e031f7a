// Parses the description of the protocol, which is written in Markdown, into a tree that the page draws.

/** A part of a line of text. */
export type Span =
  | { readonly kind: "text" | "code" | "strong" | "emphasis"; readonly text: string }
  /** A link to another section. */
  | { readonly kind: "section"; readonly text: string; readonly slug: string };

/** A part of a section. */
export type Part =
  | { readonly kind: "paragraph"; readonly spans: readonly Span[] }
  | { readonly kind: "code"; readonly text: string }
  | {
    readonly kind: "list";
    readonly ordered: boolean;
    readonly items: readonly (readonly Span[])[];
  }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Span[])[])[] };

/** A section: a heading and what follows it, up to the next heading. */
export interface Section {
  readonly slug: string;
  readonly title: readonly Span[];
  /** 1 for the title of the page. */
  readonly level: number;
  readonly parts: readonly Part[];
}

/** Returns the name of a heading in links to it. */
export function slugOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-");
}

/** Parses a page. What precedes the first heading is ignored. */
export function parseManual(text: string): Section[] {
  const lines = text.replace(/<!--[\s\S]*?-->/g, "").split(/\r?\n/);
  const sections: { slug: string; title: Span[]; level: number; parts: Part[] }[] = [];
  for (let at = 0; at < lines.length;) {
    const heading = /^(#{1,6}) +(.*)$/.exec(lines[at]!);
    if (heading !== null) {
      const [, marks, title] = heading;
      const plain = plainOf(spansOf(title!));
      sections.push({
        slug: slugOf(plain),
        title: spansOf(title!),
        level: marks!.length,
        parts: [],
      });
      at++;
      continue;
    }
    const { part, next } = partAt(lines, at);
    if (part !== undefined) sections.at(-1)?.parts.push(part);
    at = next;
  }
  return sections;
}

function partAt(lines: readonly string[], at: number): { part?: Part; next: number } {
  const line = lines[at]!;
  if (line.trim() === "") return { next: at + 1 };
  if (line.startsWith("```")) {
    const end = lines.indexOf("```", at + 1);
    const next = end < 0 ? lines.length : end;
    return { part: { kind: "code", text: lines.slice(at + 1, next).join("\n") }, next: next + 1 };
  }
  const block = blockAt(lines, at);
  const next = at + block.length;
  if (line.startsWith("|")) {
    const rows = block.filter((row) => !/^\|[\s|:-]+\|$/.test(row)).map(cellsOf);
    return { part: { kind: "table", rows }, next };
  }
  const bullet = bulletOf(line);
  if (bullet === undefined) {
    return { part: { kind: "paragraph", spans: spansOf(joined(block)) }, next };
  }
  const items: string[][] = [];
  for (const each of block) {
    const mark = bulletOf(each);
    if (mark === undefined) items.at(-1)!.push(each);
    else items.push([each.slice(mark.length)]);
  }
  const ordered = /^\s*\d/.test(line);
  return {
    part: { kind: "list", ordered, items: items.map((item) => spansOf(joined(item))) },
    next,
  };
}

/** Returns the lines up to the next blank line, heading or block of code. A list and a table end before a paragraph. */
function blockAt(lines: readonly string[], at: number): string[] {
  const isTable = lines[at]!.startsWith("|");
  const isList = bulletOf(lines[at]!) !== undefined;
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end]!;
    if (line.trim() === "" || /^#{1,6} |^```/.test(line) || isTable !== line.startsWith("|")) break;
    if (!isList && bulletOf(line) !== undefined) break;
    end++;
  }
  return lines.slice(at, end);
}

function bulletOf(line: string): string | undefined {
  return /^\s*(?:[-*]|\d+\.) +/.exec(line)?.[0];
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join(" ");
}

/** Splits a row of a table. A bar in code or after a backslash does not separate cells. */
function cellsOf(row: string): Span[][] {
  const inside = row.trim().replace(/^\||\|$/g, "");
  const cells = [...inside.matchAll(/((?:`[^`]*`|\\\||[^|`])*)(?:\||$)/g)].map(([, cell]) => cell!);
  // The last match is empty, after the last bar.
  return cells.slice(0, inside.endsWith("|") ? undefined : -1)
    .map((cell) => spansOf(cell.trim().replaceAll("\\|", "|")));
}

const SPAN =
  /`([^`]+)`|\*\*(.+?)\*\*|(?<![\w*])\*([^*\s][^*]*)\*(?!\w)|\[((?:`[^`]*`|[^\]])+)\]\(([^)\s]+)\)/g;

/** Parses a line of text. A link to another document becomes plain text. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const found of text.matchAll(SPAN)) {
    const [whole, code, strong, emphasis, label, target] = found;
    if (found.index > end) spans.push({ kind: "text", text: text.slice(end, found.index) });
    end = found.index + whole.length;
    if (code !== undefined) spans.push({ kind: "code", text: code });
    else if (strong !== undefined) spans.push({ kind: "strong", text: plainOf(spansOf(strong)) });
    else if (emphasis !== undefined) spans.push({ kind: "emphasis", text: emphasis });
    else {
      const plain = plainOf(spansOf(label!));
      const slug = target!.startsWith("#") ? target!.slice(1) : undefined;
      spans.push(
        slug === undefined ? { kind: "text", text: plain } : { kind: "section", text: plain, slug },
      );
    }
  }
  if (end < text.length) spans.push({ kind: "text", text: text.slice(end) });
  return spans;
}

/** Returns the text of spans without markup. */
export function plainOf(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join("");
}

/** The sections of types that are in no table, or in several. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  message: ["messages", "écrire-à-tous-écrire-à-une-personne"],
  private: ["messages", "écrire-à-tous-écrire-à-une-personne"],
  ack: ["ref-and-ack", "savoir-si-cest-arrivé"],
  error: ["errors"],
  system: ["notices"],
  topic: ["moderation"],
  pong: ["joining"],
  register: ["joining", "sinscrire-et-se-connecter"],
  login: ["joining", "sinscrire-et-se-connecter"],
  logout: ["joining", "sinscrire-et-se-connecter"],
  users: ["presence", "la-liste-et-les-états"],
  userlist: ["presence", "la-liste-et-les-états"],
  who: ["presence", "la-liste-et-les-états"],
  status: ["presence", "la-liste-et-les-états"],
  join: ["channels", "salons-et-historique"],
  leave: ["channels", "salons-et-historique"],
  history: ["history", "salons-et-historique"],
};

/**
 * Finds the section that describes a type of line: one whose table has the type in its first column, or else one with
 * an example. The page of a language that is not complete has no section for some types.
 */
export function sectionOfType(sections: readonly Section[], type: string): Section | undefined {
  const slugs = Object.hasOwn(PLACES, type) ? PLACES[type]! : undefined;
  if (slugs !== undefined) return sections.find(({ slug }) => slugs.includes(slug));
  const named = `"type":"${type}"`;
  const isNamed = (spans: readonly Span[]) =>
    spans.some(({ kind, text }) => kind === "code" && (text === type || text.includes(named)));
  return sections.find(({ parts }) =>
    parts.some((part) => part.kind === "table" && part.rows.some(([first]) => isNamed(first ?? [])))
  ) ?? sections.find(({ parts }) =>
    parts.some((part) =>
      part.kind === "code" && part.text.includes(named)
    )
  );
}
