// Formats JSON text like `JSON.stringify`, but keeps all digits of numbers, beyond the precision of a double. A
// reviver with the source of each number would take ten times as long.
// The pattern finds numbers whose text may change: a fraction, an exponent, many digits, or -0.
const INEXACT_NUMBER = /\d[.eE]|\d{16}|-0/;

/** Whether a valid JSON text may have a number that parsing would change. It is rarely `true` for other texts. */
export function mayLoseDigits(json: string): boolean {
  return INEXACT_NUMBER.test(json);
}

/**
 * Returns the members of an object, each value as JSON text, in the order of `JSON.parse`. If a name occurs twice,
 * the last value counts.
 *
 * @param json A valid JSON object with few levels of nesting, because each level is a recursive call.
 */
export function exactMembers(json: string): Record<string, string> {
  return new ExactReader(json).members();
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;

// Shared by all empty objects, because a line may have 20,000 of them.
const NO_MEMBERS: Record<string, string> = Object.freeze(Object.create(null));

/** Reads a text that is known to be valid, with one recursive call per level. */
class ExactReader {
  readonly #json: string;
  #at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  members(): Record<string, string> {
    this.#open();
    if (this.#ends(CLOSING_BRACE)) return NO_MEMBERS;
    // An object orders its names like `JSON.parse`. Without a prototype, `__proto__` is an ordinary name.
    const members: Record<string, string> = Object.create(null);
    while (!this.#ends(CLOSING_BRACE)) {
      const name = JSON.parse(this.#string()) as string;
      this.#skip();
      this.#at++; // The colon.
      members[name] = this.#value();
      this.#separate();
    }
    return members;
  }

  #value(): string {
    switch (this.#skip()) {
      case OPENING_BRACE:
        return this.#object();
      case OPENING_BRACKET:
        return this.#array();
      case QUOTE: {
        const text = this.#string();
        return text.includes("\\") ? JSON.stringify(JSON.parse(text)) : text;
      }
      default:
        return this.#word();
    }
  }

  #object(): string {
    const members = this.members();
    return members === NO_MEMBERS
      ? "{}"
      : `{${
        Object.keys(members).map((name) => `${JSON.stringify(name)}:${members[name]}`).join(",")
      }}`;
  }

  #array(): string {
    const items: string[] = [];
    this.#open();
    while (!this.#ends(CLOSING_BRACKET)) {
      items.push(this.#value());
      this.#separate();
    }
    return `[${items.join(",")}]`;
  }

  /** Reads a string unchanged, with its quotes. */
  #string(): string {
    const start = this.#at;
    let end = this.#json.indexOf('"', start + 1);
    while (this.#isEscaped(end)) end = this.#json.indexOf('"', end + 1);
    this.#at = end + 1;
    return this.#json.slice(start, this.#at);
  }

  #isEscaped(quote: number): boolean {
    let first = quote;
    while (this.#json.charCodeAt(first - 1) === BACKSLASH) first--;
    return (quote - first) % 2 === 1;
  }

  /** Reads a number, `true`, `false` or `null`. */
  #word(): string {
    const start = this.#at;
    for (;;) {
      const unit = this.#json.charCodeAt(this.#at);
      if (unit <= SPACE || unit === COMMA || unit === CLOSING_BRACKET || unit === CLOSING_BRACE) {
        break;
      }
      this.#at++;
    }
    return this.#json.slice(start, this.#at);
  }

  #open(): void {
    this.#skip();
    this.#at++;
  }

  /** Reads the end of a list, if it comes next. */
  #ends(closing: number): boolean {
    if (this.#skip() !== closing) return false;
    this.#at++;
    return true;
  }

  #separate(): void {
    if (this.#skip() === COMMA) {
      this.#at++;
      this.#skip();
    }
  }

  /** Skips white space and returns the next character. */
  #skip(): number {
    while (this.#json.charCodeAt(this.#at) <= SPACE) this.#at++;
    return this.#json.charCodeAt(this.#at);
  }
}
