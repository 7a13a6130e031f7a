// Tests of lib/protocol/look_alikes.ts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { coreOf, differInScript, looksOf } from "../../lib/protocol/look_alikes.ts";

Deno.test("looksOf is the same for names that readers may confuse", () => {
  const pairs: [string, string][] = [
    ["ClassCord", "Cl\u0430ssCord"],
    ["ClassCord", "CIassCord"],
    ["admin", "adm\u0456n"],
    ["admin", "adrnin"],
    ["Max", "\u041c\u0430\u0445"],
    ["Max", "\u039cax"],
    ["root", "r\u03bf\u03bft"],
    ["Ian", "lan"],
    ["Élodie", "E\u0301lodie"],
  ];
  for (const [one, other] of pairs) assert.equal(looksOf(one), looksOf(other), `${one}, ${other}`);
});

Deno.test("looksOf is different for names that look different", () => {
  for (
    const [one, other] of [["Lea", "Léa"], ["Tom", "Tim"], ["Marie", "Mario"], ["李雷", "李蕾"]]
  ) {
    assert.notEqual(looksOf(one!), looksOf(other!), `${one}, ${other}`);
  }
});

Deno.test("looksOf of its own result does not change it", () => {
  // One character of Unicode, which no name can have, would become another capital.
  const text = fc.string({ unit: "binary", maxLength: 64 }).filter((name) => !name.includes("Ⓛ"));
  fc.assert(fc.property(text, (name) => {
    assert.equal(looksOf(looksOf(name)), looksOf(name));
  }));
});

Deno.test("coreOf keeps letters, marks and digits", () => {
  for (
    const [name, core] of [
      ["ClassCord.", "ClassCord"],
      ["Class Cord", "ClassCord"],
      ["root~2", "root"],
      ["server.~13", "server"],
      ["root~2~3", "root"],
      ["root~2.", "root"],
      ["(root ~ 2)", "root"],
      ["root~\u0662", "root"],
      ["A-d_m'i n", "Admin"],
      ["Zoé~2a", "Zoé2a"],
      ["Zoé~", "Zoé"],
      ["~2", ""],
    ]
  ) assert.equal(coreOf(name!), core);
  assert.equal(coreOf(`a${"~~1".repeat(400)}x`).length, 402, "it takes no time");
});

Deno.test("differInScript detects one foreign letter, and no difference within one script", () => {
  assert.ok(differInScript("Max", "M\u0430x"));
  assert.ok(differInScript("Max", "\u041c\u0430\u0445"));
  assert.ok(differInScript("Max", "Ma\u4e00"));
  assert.ok(!differInScript("Mamie", "Marnie"));
  assert.ok(!differInScript("Zoé 2", "Zoe-3"));
  assert.ok(!differInScript("李雷", "王芳"));
});
