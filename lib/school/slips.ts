// The slips with names and passwords: as a page to print and cut, and as CSV.
import { qrPath } from "./qr.ts";
import type { SchoolLanguage } from "./texts.ts";

/** The slip of one account. */
export interface Slip {
  readonly name: string;
  readonly password: string;
  /** The name of the class; empty without one. */
  readonly class: string;
}

/** What all slips of a sheet have in common. */
export interface SheetOptions {
  readonly language: SchoolLanguage;
  /** The title of the slips: the name of the school or of the server. */
  readonly title: string;
  /** The address of the page; the QR code has it too. */
  readonly address: string;
  /** Whether the page asks for a new password at the first login. */
  readonly mustChange: boolean;
}

/** The words on the slips. */
export const SLIP_TEXTS = {
  en: {
    sheet: "Names and passwords",
    name: "Name",
    password: "Password",
    class: "Class",
    address: "Address",
    mustChange: "You choose your own password at the first login.",
    keep: "Keep this slip. Show it to nobody.",
  },
  fr: {
    sheet: "Noms et mots de passe",
    name: "Nom",
    password: "Mot de passe",
    class: "Classe",
    address: "Adresse",
    mustChange: "Vous choisirez votre mot de passe à la première connexion.",
    keep: "Gardez ce papier pour vous.",
  },
} as const;

/** Slips on one page: two columns of five. */
const PER_PAGE = 10;

/**
 * The style of the slips: black on white, and nothing from the network. Points and millimetres: it is made for paper.
 * The page of the server uses it in a shadow tree.
 */
export const SLIP_STYLE = `
@page { size: A4; margin: 8mm; }
* { box-sizing: border-box; }
body, :host { margin: 0; font: 10pt/1.25 "Liberation Sans", Arial, Helvetica, sans-serif; color: #000; background: #fff; }
.page { display: grid; grid-template-columns: 1fr 1fr; grid-template-rows: repeat(5, 56mm); width: 194mm; margin: 0 auto; break-after: page; }
.page:last-child { break-after: auto; }
.slip { display: grid; grid-template-columns: 1fr 27mm; grid-template-rows: auto 1fr auto; gap: 1mm 3mm; padding: 4mm 5mm; border: 0 dashed #000; border-width: 0 0 .3mm 0; overflow: hidden; break-inside: avoid; }
.slip:nth-child(odd) { border-right-width: .3mm; }
.head { grid-column: 1 / 3; display: flex; justify-content: space-between; gap: 3mm; font-size: 9pt; white-space: nowrap; overflow: hidden; }
.head > * { overflow: hidden; text-overflow: ellipsis; }
.head b { flex: 0 1 auto; max-width: 60%; }
dl { margin: 0; min-width: 0; align-self: center; }
dt { font-size: 8pt; margin-top: 1.5mm; }
dd { margin: 0; overflow-wrap: anywhere; }
.name { font-size: 12pt; font-weight: bold; }
.name.long { font-size: 9pt; }
.password { font: bold 12.5pt/1.3 "Liberation Mono", "DejaVu Sans Mono", Consolas, "Courier New", monospace; white-space: pre-wrap; }
.password.long { font-size: 9pt; }
.password.huge { font-size: 6pt; line-height: 1.15; }
svg { width: 27mm; height: 27mm; align-self: center; shape-rendering: crispEdges; }
svg.symbols { position: absolute; width: 0; height: 0; }
.foot { grid-column: 1 / 3; font-size: 8pt; }
.address { font-size: 9pt; overflow-wrap: anywhere; }
@media screen { body { background: #ddd; padding: 8mm; } .page { background: #fff; margin-bottom: 8mm; } }
`;

/** Returns an HTML page for A4 paper with a slip for each account, class by class. Each class begins on a new page. */
export function* sheetHtml(slips: readonly Slip[], options: SheetOptions): Generator<string> {
  const { language, title, address } = options;
  const texts = SLIP_TEXTS[language];
  const code = qrPath(address);
  yield `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(`${texts.sheet} – ${title}`)}</title>
<style>${SLIP_STYLE}</style>
</head>
<body>
<svg class="symbols" aria-hidden="true"><symbol id="qr" viewBox="0 0 ${code.size} ${code.size}"><path d="${code.path}"/></symbol></svg>
`;
  for (const page of slipPages(slips)) {
    yield '<section class="page">\n';
    for (const slip of page) yield slipHtml(slip, options);
    yield "</section>\n";
  }
  yield "</body>\n</html>\n";
}

function slipHtml(slip: Slip, { language, title, address, mustChange }: SheetOptions): string {
  const texts = SLIP_TEXTS[language];
  const colon = language === "fr" ? " :" : ":";
  const row = (label: string, value: string, css: string) =>
    `<dt>${label}${colon}</dt><dd class="${css}">${escapeHtml(value)}</dd>`;
  return `<article class="slip"><div class="head"><span>${escapeHtml(title)}</span>` +
    `<b>${escapeHtml(slip.class)}</b></div><dl>` +
    row(texts.name, slip.name, `name${sizeOf(slip.name)}`) +
    row(texts.password, slip.password, `password${sizeOf(slip.password)}`) +
    row(texts.address, address, "address") +
    `</dl><svg role="img" aria-label="${escapeHtml(address)}"><use href="#qr"/></svg>` +
    `<div class="foot">${mustChange ? `${texts.mustChange} ` : ""}${texts.keep}</div></article>\n`;
}

/** Returns the class of a long name or password. Its letters are smaller, so that the slip keeps its size. */
export function sizeOf({ length }: string): string {
  return length > 64 ? " huge" : length > 24 ? " long" : "";
}

/** Returns the slips page by page: sorted by class and name, and each class on new pages. */
export function* slipPages(slips: readonly Slip[]): Generator<readonly Slip[]> {
  for (const ofClass of byClass(slips)) {
    for (let at = 0; at < ofClass.length; at += PER_PAGE) yield ofClass.slice(at, at + PER_PAGE);
  }
}

function byClass(slips: readonly Slip[]): Slip[][] {
  const classes = new Map<string, Slip[]>();
  for (const slip of slips) {
    const own = classes.get(slip.class);
    if (own === undefined) classes.set(slip.class, [slip]);
    else own.push(slip);
  }
  const { compare } = new Intl.Collator("fr", { numeric: true });
  const sorted = [...classes].sort(([a], [b]) => compare(a, b));
  return sorted.map(([, own]) => own.sort((a, b) => compare(a.name, b.name)));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text for the content and the attributes of HTML. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/**
 * Returns the slips as CSV, for a mail merge. A French sheet has `;` between the cells, as French spreadsheets expect.
 * A text that a spreadsheet would run as a formula gets a leading `'`.
 */
export function* sheetCsv(slips: readonly Slip[], options: SheetOptions): Generator<string> {
  const texts = SLIP_TEXTS[options.language];
  const separator = options.language === "fr" ? ";" : ",";
  const line = (cells: readonly string[]) => `${cells.map(csvCell).join(separator)}\r\n`;
  yield `\ufeff${line([texts.class, texts.name, texts.password, texts.address])}`;
  for (const ofClass of byClass(slips)) {
    for (const { name, password, class: own } of ofClass) {
      yield line([own, name, password, options.address]);
    }
  }
}

function csvCell(text: string): string {
  const safe = /^[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return /[";,\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
