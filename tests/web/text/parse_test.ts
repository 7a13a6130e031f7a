// Tests of web/text/parse.ts: the tree of a message, by example and by property.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Block, Inline, Known } from "../../../web/text/nodes.ts";
import { parse } from "../../../web/text/parse.ts";

const KNOWN: Known = {
  person: (name) => ["ada", "Mme Rossi", "Tom"].find((each) => each === name),
  channel: (name) => ["#dev", "#général"].find((each) => each === name),
};

/** Returns the tree as short words, which are easy to compare. */
function drawn(blocks: readonly Block[]): string {
  const inline = (node: Inline): string => {
    if (node.kind === "text") return node.text;
    const inside = "children" in node ? node.children.map(inline).join("") : node.text;
    return `<${node.kind} ${inside}>`;
  };
  return blocks.map((block) =>
    block.kind === "fence"
      ? `[fence ${block.language}|${block.text}]`
      : `[${block.kind} ${block.children.map(inline).join("")}]`
  ).join("");
}

const EXAMPLES: readonly (readonly [text: string, tree: string])[] = [
  ["bonjour", "[paragraph bonjour]"],
  ["", ""],
  ["un\ndeux", "[paragraph un\ndeux]"],
  [
    "**gras** *italique* _aussi_ ~~non~~",
    "[paragraph <strong gras> <emphasis italique> <emphasis aussi> <strike non>]",
  ],
  ["***les deux***", "[paragraph <strong <emphasis les deux>>]"],
  ["**a *b* c**", "[paragraph <strong a <emphasis b> c>]"],
  ["**a *b** c*", "[paragraph <strong a *b> c*]"],
  ["2*3*4 et a * b * c", "[paragraph 2*3*4 et a * b * c]"],
  ["ma_petite_variable __init__", "[paragraph ma_petite_variable __init__]"],
  ["char **argv, int *p = *q;", "[paragraph char **argv, int *p = *q;]"],
  ["**********", "[paragraph **********]"],
  ["`x = *p*` et ``a`b``", "[paragraph <code x = *p*> et <code a`b>]"],
  ["un ` seul", "[paragraph un ` seul]"],
  ["> cité\n> encore\nréponse", "[quote cité\nencore][paragraph réponse]"],
  ["a > b\n>c", "[paragraph a > b\n>c]"],
  ["```java\nint x;\n```\nfin", "[fence java|int x;][paragraph fin]"],
  ["```\nsans fin\n", "[fence |sans fin\n]"],
  ["````\n```\n````", "[fence |```]"],
  ["```code```", "[paragraph <code code>]"],
  ["~~~py\n1\n~~~", "[fence py|1]"],
  ["```java\r\nint x;\r\n```", "[fence java|int x;]"],
  ["voir https://a.fr/b.", "[paragraph voir <link https://a.fr/b>.]"],
  ["@ada et @Mme Rossi, @inconnu", "[paragraph <mention @ada> et <mention @Mme Rossi>, @inconnu]"],
  ["a@ada.fr", "[paragraph a@ada.fr]"],
  ["#dev, #général. #autre c#dev", "[paragraph <channel #dev>, <channel #général>. #autre c#dev]"],
  ["<b>x</b> &amp; <script>", "[paragraph <b>x</b> &amp; <script>]"],
  ["[x](javascript:alert(1))", "[paragraph [x](javascript:alert(1))]"],
  ["![x](https://a.fr/i.png)", "[paragraph ![x](<link https://a.fr/i.png>)]"],
];

for (const [text, tree] of EXAMPLES) {
  Deno.test(`the text ${JSON.stringify(text)} becomes ${JSON.stringify(tree)}`, () => {
    assert.equal(drawn(parse(text, KNOWN)), tree);
  });
}

/** Iterates over all nodes of a tree. */
function* nodesOf(nodes: readonly Inline[]): Generator<Inline> {
  for (const node of nodes) {
    yield node;
    if ("children" in node) yield* nodesOf(node.children);
  }
}

function textOf(blocks: readonly Block[]): string {
  const inline = (node: Inline): string =>
    "children" in node ? node.children.map(inline).join("") : node.text;
  return blocks.map((block) =>
    block.kind === "fence" ? block.text : block.children.map(inline).join("")
  ).join("");
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (let index = 0; index < whole.length && at < part.length; index++) {
    if (whole[index] === part[at]) at++;
  }
  return at === part.length;
}

// Pieces with a meaning, and arbitrary ones, to build texts from.
const PIECES = [
  ..."*_~`>#@:/\\()[]<>\n\t .,!a9éß漢\u202e\u200d\u0301\ud83d",
  "**",
  "***",
  "~~",
  "``",
  "```",
  "```java\n",
  "\n> ",
  "https://",
  "http://a",
  "www.",
  "mailto:",
  "javascript:",
  "data:text/html,",
  "@ada",
  "@Mme Rossi",
  "#dev",
  "👩‍💻",
  "\r\n",
  "vbscript:",
  "HTTPS://",
  "https://a@b",
];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 200 }),
);

Deno.test("10,000 random texts have trees whose links lead to http, https or mailto only", () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const block of parse(text, KNOWN)) {
        if (block.kind === "fence") continue;
        for (const node of nodesOf(block.children)) {
          if (node.kind === "link") assert.match(node.href, /^(?:https?:\/\/|mailto:)[^\s]+$/);
        }
      }
    }),
    { numRuns: 10_000 },
  );
});

Deno.test("a tree contains no character that is not in the text, and omits only markup", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const lines = text.replace(/\r\n?/g, "\n");
      const shown = textOf(parse(text, KNOWN));
      assert.ok(isSubsequence(shown, lines));
      // A fence hides the line with its language.
      if (/```|~~~/.test(lines)) return;
      const words = (whole: string) => whole.replace(/[`*_~>\s]/g, "");
      assert.equal(words(shown), words(lines));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("the work is proportional to the length of a text, whatever it contains", () => {
  const hostile = [
    "*",
    "`",
    "_*",
    "a`b``",
    "@",
    "@a ",
    "[",
    "(",
    "https://",
    "**a ",
    "> ",
    "```\n",
    "~~",
    "www.a.fr,",
    "*a_b",
    "#dev",
  ];
  // If the work grew with the square of the length, a text of 64 KiB would take minutes.
  const started = performance.now();
  for (const piece of hostile) parse(piece.repeat(Math.ceil(65_536 / piece.length)), KNOWN);
  assert.ok(performance.now() - started < 10_000);
});
