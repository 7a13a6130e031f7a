// Tests of the codes of invitations.
import assert from "node:assert/strict";
import fc from "fast-check";
import { newInviteCode, readInviteCode, showInviteCode } from "../../lib/protocol/invite_codes.ts";

Deno.test("newInviteCode makes codes of 9 symbols, each of 30 equally likely, that spell no word", () => {
  const counts = new Map<string, number>();
  const codes = new Set<string>();
  for (let made = 0; made < 2_000; made++) {
    const code = newInviteCode();
    assert.match(code, /^[0-9BCDFGHJKMNPQRSTVWXYZ]{9}$/);
    codes.add(code);
    for (const symbol of code) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  assert.equal(codes.size, 2_000);
  assert.equal(counts.size, 30);
  for (const [symbol, count] of counts) assert.ok(count > 400 && count < 800, `${symbol} ${count}`);
});

Deno.test("newInviteCode discards bytes that would make some symbols more likely", () => {
  const bytes = [255, 240, 239, 0, 30, 254, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  let at = 0;
  const code = newInviteCode((array) => {
    for (const index of array.keys()) array[index] = bytes[at++ % bytes.length]!;
    return array;
  });
  assert.equal(code, "Z00123456");
});

Deno.test("a code that was shown is read again, whatever case and separators", () => {
  const separators = fc.constantFrom("", " ", "-", "\u2013", "_", ".");
  fc.assert(fc.property(fc.boolean(), separators, (lower, separator) => {
    const code = newInviteCode();
    const shown = showInviteCode(code);
    assert.match(shown, /^\w{3}-\w{3}-\w{3}$/);
    const typed = shown.replaceAll("-", separator);
    assert.equal(readInviteCode(lower ? typed.toLowerCase() : typed), code);
  }));
});

Deno.test("no text becomes a code unless it has nine of the symbols", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
    const code = readInviteCode(text);
    assert.ok(code === undefined || /^[0-9B-DF-HJ-KM-NP-TV-Z]{9}$/.test(code), code);
  }));
  for (const text of ["UUUUUUUUU", "AEAEAEAEA", "\u017f".repeat(9), "\u212a".repeat(9)]) {
    assert.equal(readInviteCode(text), undefined, text);
  }
});
