// Parses one paragraph: code, bold, italic and struck text, links, mentions and channels.
import { channelAt, personAt } from "./mentions.ts";
import { addressLength, linkAt } from "./links.ts";
import type { Inline, Known } from "./nodes.ts";

type Styled = "strong" | "emphasis" | "strike";

/** A delimiter without a partner so far, with the nodes after it. */
interface Open {
  readonly kind: Styled;
  readonly mark: string;
  readonly children: Inline[];
}

const STYLES: readonly (readonly [mark: string, kind: Styled])[] = [
  ["**", "strong"],
  ["*", "emphasis"],
  ["_", "emphasis"],
  ["~~", "strike"],
];
const WORD = /[\p{L}\p{N}_]/u;
const INTERESTING = /[`*_~@#hwmHWM]/g;
// Longer runs of these characters are lines or ornaments, not styles.
const RUN = /\*+|_+|~+|`+/y;

/** Returns the nodes of a paragraph. A delimiter without a partner stays text. */
export function parseInline(text: string, known: Known): Inline[] {
  return new Reader(text, known).read();
}

class Reader {
  readonly #text: string;
  readonly #known: Known;
  readonly #root: Inline[] = [];
  // At most one of each kind is open, so a long run of delimiters costs no more than other text.
  readonly #open: Open[] = [];
  // The lengths of backtick runs that have no partner in the rest of the text.
  readonly #lonely = new Set<number>();
  #plainFrom = 0;
  /** No link begins before this position: what looked like an address there was rejected. */
  #noLinkBefore = 0;
  #at = 0;

  constructor(text: string, known: Known) {
    this.#text = text;
    this.#known = known;
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) {
      INTERESTING.lastIndex = this.#at;
      const found = INTERESTING.exec(this.#text);
      if (found === null) break;
      this.#at = found.index;
      if (!this.#take()) this.#at++;
    }
    this.#flush(this.#text.length);
    while (this.#open.length > 0) this.#giveUp();
    return this.#root;
  }

  /**
   * Reads the node at the current position, if it is not plain text, and moves past it. @returns Whether there is
   * one.
   */
  #take(): boolean {
    const sign = this.#text[this.#at]!;
    if (sign === "`") return this.#takeCode();
    if (sign === "*" || sign === "_" || sign === "~") return this.#takeStyle();
    if (this.#at > 0 && WORD.test(this.#before())) return false;
    if (sign === "@") return this.#put(personAt(this.#text, this.#at, this.#known.person));
    if (sign === "#") return this.#put(channelAt(this.#text, this.#at, this.#known.channel));
    return this.#takeLink();
  }

  #takeLink(): boolean {
    if (this.#at < this.#noLinkBefore) return false;
    const found = linkAt(this.#text, this.#at);
    // A rejected address is parsed once, not again at each `www.` in it.
    if (found === undefined) this.#noLinkBefore = this.#at + addressLength(this.#text, this.#at);
    return this.#put(found);
  }

  #put(node: Inline & { readonly text: string } | undefined): boolean {
    if (node === undefined) return false;
    this.#flush(this.#at);
    this.#children().push(node);
    this.#skip(node.text.length);
    return true;
  }

  #takeCode(): boolean {
    const run = this.#run();
    const close = this.#lonely.has(run) ? -1 : this.#closingTicks(run);
    if (close < 0) {
      this.#lonely.add(run);
      this.#at += run;
      return true;
    }
    this.#flush(this.#at);
    const inside = this.#text.slice(this.#at + run, close);
    const padded = inside.startsWith(" ") && inside.endsWith(" ") && inside.trim() !== "";
    this.#children().push({ kind: "code", text: padded ? inside.slice(1, -1) : inside });
    this.#skip(close + run - this.#at);
    return true;
  }

  #closingTicks(run: number): number {
    const ticks = /`+/g;
    ticks.lastIndex = this.#at + run;
    for (let next = ticks.exec(this.#text); next !== null; next = ticks.exec(this.#text)) {
      if (next[0].length === run) return next.index;
    }
    return -1;
  }

  #takeStyle(): boolean {
    const run = this.#run();
    const mark = this.#text.slice(this.#at, this.#at + run);
    const styles = mark === "***" ? STYLES.slice(0, 2) : STYLES.filter(([sign]) => sign === mark);
    const before = this.#before();
    const after = this.#after(run);
    const closes = before.trim() !== "" && !WORD.test(after);
    const opens = after.trim() !== "" && !WORD.test(before);
    let taken = closes && this.#close(mark, styles);
    if (!taken && opens) taken = this.#begin(styles);
    if (!taken) this.#at += run;
    return true;
  }

  #begin(styles: typeof STYLES): boolean {
    const taken = this.#open.some((open) => styles.some(([, kind]) => kind === open.kind));
    if (styles.length === 0 || taken) return false;
    this.#flush(this.#at);
    for (const [mark, kind] of styles) {
      this.#open.push({ kind, mark, children: [] });
      this.#skip(mark.length);
    }
    return true;
  }

  #close(mark: string, styles: typeof STYLES): boolean {
    const isOpen = ([sign]: typeof STYLES[number]) => this.#open.some((open) => open.mark === sign);
    if (styles.length === 0 || !styles.every(isOpen)) return false;
    this.#flush(this.#at);
    // Delimiters that were opened later and are still open have no partner before this one.
    let left = styles.length;
    while (left > 0) {
      const last = this.#open.at(-1)!;
      if (!styles.some(([sign]) => sign === last.mark)) {
        this.#giveUp();
        continue;
      }
      this.#open.pop();
      this.#children().push({ kind: last.kind, children: last.children });
      left--;
    }
    this.#skip(mark.length);
    return true;
  }

  /** Turns the last open delimiter back into text. */
  #giveUp(): void {
    const { mark, children } = this.#open.pop()!;
    const into = this.#children();
    for (const node of [{ kind: "text", text: mark } as const, ...children]) append(into, node);
  }

  #run(): number {
    RUN.lastIndex = this.#at;
    return RUN.exec(this.#text)![0].length;
  }

  #before(): string {
    const code = this.#text.charCodeAt(this.#at - 1);
    const isLowSurrogate = code >= 0xdc00 && code <= 0xdfff;
    return this.#text.slice(Math.max(0, this.#at - (isLowSurrogate ? 2 : 1)), this.#at);
  }

  #after(run: number): string {
    return String.fromCodePoint(this.#text.codePointAt(this.#at + run) ?? 0x20);
  }

  #children(): Inline[] {
    return this.#open.at(-1)?.children ?? this.#root;
  }

  #flush(end: number): void {
    if (end <= this.#plainFrom) return;
    append(this.#children(), { kind: "text", text: this.#text.slice(this.#plainFrom, end) });
    this.#plainFrom = end;
  }

  #skip(length: number): void {
    this.#at += length;
    this.#plainFrom = this.#at;
  }
}

function append(into: Inline[], node: Inline): void {
  const last = into.at(-1);
  if (node.kind === "text" && last?.kind === "text") {
    into[into.length - 1] = { kind: "text", text: last.text + node.text };
  } else into.push(node);
}
