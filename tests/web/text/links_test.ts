// Tests of web/text/links.ts: which addresses become links, and their targets.
import assert from "node:assert/strict";
import { linkAt } from "../../../web/text/links.ts";
import { parse } from "../../../web/text/parse.ts";

const LINKS: readonly (readonly [text: string, shown: string, href: string])[] = [
  ["http://prof-pc:12345", "http://prof-pc:12345", "http://prof-pc:12345/"],
  [
    "https://fr.wikipedia.org/wiki/Port_(logiciel)",
    "https://fr.wikipedia.org/wiki/Port_(logiciel)",
    "https://fr.wikipedia.org/wiki/Port_(logiciel)",
  ],
  ["https://a.fr/x).", "https://a.fr/x", "https://a.fr/x"],
  ["https://a.fr/?q=1,2!", "https://a.fr/?q=1,2", "https://a.fr/?q=1,2"],
  ["https://a.fr/»", "https://a.fr/", "https://a.fr/"],
  ["www.ac-lyon.fr", "www.ac-lyon.fr", "https://www.ac-lyon.fr/"],
  ["WWW.A.FR", "WWW.A.FR", "https://www.a.fr/"],
  ["mailto:ada@example.org", "mailto:ada@example.org", "mailto:ada@example.org"],
  ["https://a.fr\u202e/fdp.exe", "https://a.fr", "https://a.fr/"],
  ["https://élève.fr", "https://élève.fr", "https://xn--lve-6lad.fr/"],
];

for (const [text, shown, href] of LINKS) {
  Deno.test(`the text ${JSON.stringify(text)} links ${shown}`, () => {
    assert.deepEqual(linkAt(text, 0), { kind: "link", text: shown, href });
  });
}

const NONE = [
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "ftp://a.fr",
  "https://",
  "https:///",
  "www.",
  "mailto:",
  "mailto:ada",
  "mailto:a@b@c",
  "https://banque.fr@voleur.fr",
  "https://user:pass@a.fr",
  "httpss://a.fr",
  "//a.fr",
  "a.fr",
];

for (const text of NONE) {
  Deno.test(`the text ${JSON.stringify(text)} is not a link`, () =>
    assert.equal(linkAt(text, 0), undefined));
}

Deno.test("a rejected address is parsed once, however often an address seems to begin in it", () => {
  const { canParse } = URL;
  let parsed = 0;
  URL.canParse = (...text) => (parsed++, canParse(...text));
  try {
    parse("www.@".repeat(1_600));
  } finally {
    URL.canParse = canParse;
  }
  assert.ok(parsed > 0 && parsed <= 8, `${parsed} addresses parsed`);
});
