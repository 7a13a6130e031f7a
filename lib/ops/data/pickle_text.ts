// Reads the texts of pickle protocol 0, which are lines of ASCII or Latin-1 with Python's escapes.

/** Converts each byte to the character of the same number. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Reads a Python 2 byte string as written by `repr`: in quotes, with escapes. Returns `undefined` without quotes. */
export function quotedBytes(line: Uint8Array): Uint8Array | undefined {
  const text = latin1(line);
  const found = /^(['"])([^]*)\1$/.exec(text);
  if (found === null) return undefined;
  const plain = found[2]!.replace(/\\(x[\da-fA-F]{2}|[0-7]{1,3}|[^])/g, (whole, escape: string) => {
    if (/^x../.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
    // An unknown escape stays unchanged, as in Python.
    return ESCAPES[escape] ?? whole;
  });
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Reads a text of protocol 0: Latin-1 with `\uXXXX` and `\UXXXXXXXX` after an odd number of backslashes. */
export function rawUnicode(line: Uint8Array): string {
  return latin1(line).replace(
    /(\\+)(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g,
    (whole, slashes: string, short?: string, long?: string) => {
      const point = parseInt(short ?? long!, 16);
      if (slashes.length % 2 === 0 || point > 0x10ffff) return whole;
      return slashes.slice(1) + String.fromCodePoint(point);
    },
  );
}
