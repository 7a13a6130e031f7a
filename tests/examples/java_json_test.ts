// Json.java reads and writes what JSON.parse and JSON.stringify do, and survives everything else.
import assert from "node:assert/strict";
import fc from "fast-check";
import { testWith } from "../support/programs.ts";
import { Classes, JAVA, JVM } from "./java.ts";

/** Returns what `JsonProbe` prints about each text. */
async function roundTrips(texts: readonly string[]): Promise<string[]> {
  await using classes = await Classes.compile([
    "../../examples/java/Json.java",
    "java/JsonProbe.java",
  ]);
  const child = new Deno.Command("java", {
    args: [...JVM, "-Xss512k", "-cp", classes.directory, "JsonProbe"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const ended = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(texts.map((text) => `${hex(text)}\n`).join("")));
  await writer.close();
  const { success, stdout } = await ended;
  assert.ok(success);
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

function hex(text: string): string {
  return Array.from(
    { length: text.length },
    (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0"),
  ).join("");
}

/** What the probe prints if `Json` does as JavaScript does, except that it does not write an infinite number. */
function expected(text: string): string {
  let isFinite = true;
  const note = (_name: string, value: unknown) => {
    if (typeof value === "number") isFinite &&= Number.isFinite(value);
    return value;
  };
  try {
    const written = JSON.stringify(JSON.parse(text), note);
    return isFinite ? written : "not written";
  } catch {
    return "not read";
  }
}

function check(texts: readonly string[], printed: readonly string[]): void {
  assert.equal(printed.length, texts.length);
  texts.forEach((text, at) => {
    const line = printed[at]!;
    assert.match(line, /^[ -~]*$/, "Json.write gives ASCII only");
    // JavaScript reads it again, because `Json` escapes more, and writes numbers in another way.
    const got = line.startsWith("not ") ? line : JSON.stringify(JSON.parse(line));
    assert.equal(got, expected(text), `${JSON.stringify(text)} became ${line}`);
  });
}

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const HOSTILE = [
  ...[
    "",
    " ",
    "{",
    "[",
    '"',
    '"\\',
    '"\\u',
    '"\\u12',
    '"\\u12"',
    '"\\u12g4"',
    '"\\u+123"',
    '"\\u１２３４"',
  ],
  ...[
    '"\\x41"',
    '"\\\'"',
    '"\\U0041"',
    '"a\nb"',
    '"a\tb"',
    '"\u0000"',
    '"\u007f\u0080\u2028"',
    "'a'",
    "a",
  ],
  ...[
    "01",
    "-",
    "-01",
    "+1",
    ".5",
    "1.",
    "1e",
    "1e+",
    "0x10",
    "1_000",
    "NaN",
    "Infinity",
    "-Infinity",
    "１",
  ],
  ...[
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1",
    "]",
    '{"a":1,}',
    '{"a"}',
    '{"a":}',
    "{a:1}",
    "{1:1}",
    '{"a" 1}',
    "{}{}",
    "{} x",
  ],
  ...[
    "nul",
    "nulll",
    "True",
    "true false",
    "undefined",
    "//",
    "/**/1",
    "\ufeff1",
    "\u00a01",
    "1\uffff",
    "\v1",
    "1\u0000",
  ],
  ...[
    " \t\r\n[ 1 , 2 ] \n",
    '{ "a" : { } , "b" : [ ] }',
    "0",
    "-0",
    "-0.0",
    "1e2",
    "1E-2",
    "1.50",
    "-1.5e+3",
  ],
  ...[
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1e-400",
  ],
  ...[
    "12345678901234567890.5",
    "0.1",
    "1.7976931348623157e308",
    "5e-324",
    "123456789e-400",
    `1${"0".repeat(300)}`,
  ],
  ...[
    '"\\ud83d\\ude00"',
    '"\\ude00\\ud83d"',
    '"\\ud83d"',
    '"\ud83d"',
    '"\udc00x"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000"',
  ],
  ...[
    '{"a":1,"a":2}',
    '{"__proto__":1}',
    '{"":0}',
    '{"\\u00e9":"é€😀"}',
    '{"\\"":"\\u005c"}',
    '[[],[[]],{"a":[{}]}]',
  ],
  ...[
    nested(60),
    '{"a":'.repeat(30) + "1" + "}".repeat(30),
    `[${"1,".repeat(50_000)}1]`,
    `"${"é".repeat(50_000)}"`,
  ],
];

testWith(
  { programs: ["java", "javac"] },
  "Json.java reads and writes like JSON.parse and JSON.stringify",
  async () => {
    const values = fc.sample(fc.jsonValue({ stringUnit: "binary", maxDepth: 6 }), 1500);
    const valid = values.flatMap((
      value,
    ) => [JSON.stringify(value), JSON.stringify(value, null, "\t")]);
    // A change of one character makes most of them invalid.
    const changes = fc.tuple(
      fc.nat(),
      fc.nat(2),
      fc.constantFrom(...'{}[]",:\\u019eE+-. \n\u0001é'),
    );
    const broken = fc.sample(changes, valid.length).map(([where, length, text], at) => {
      const start = where % (valid[at]!.length + 1);
      return valid[at]!.slice(0, start) + text + valid[at]!.slice(start + length);
    });
    const all = [...HOSTILE, ...valid, ...broken];
    check(all, await roundTrips(all));
  },
);

testWith(
  { programs: ["java", "javac"] },
  "Json.java refuses what is too deep, and numbers that JSON does not have",
  async () => {
    const texts = [
      nested(65),
      nested(66),
      nested(1_000_000),
      "[".repeat(1_000_000),
      '{"a":'.repeat(500_000),
      "1e400",
    ];
    assert.deepEqual(await roundTrips(texts), [
      nested(65),
      ...Array(4).fill("not read"),
      "not written",
    ]);
  },
);

testWith(
  { programs: ["java", "javac"] },
  "the Java examples compile without warnings, to the same classes whatever the charset",
  async () => {
    await using utf8 = await Classes.compile();
    await using windows = await Classes.compile(JAVA, "windows-1252");
    assert.deepEqual(await windows.read(), await utf8.read());
  },
);
