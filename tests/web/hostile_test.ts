// Tests of hostile contents and members: the page shows them as text, and does nothing else with them.
import assert from "node:assert/strict";
import { scenarios } from "./browser.ts";
import type { Client } from "../support/client.ts";

const HTML = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<iframe src=javascript:alert(1)></iframe>",
  "<a href=javascript:alert(1)>ici</a>",
  "<style>*{display:none}</style>",
  "<link rel=stylesheet href=http://evil.example/x.css>",
  "<meta http-equiv=refresh content=0;url=http://evil.example>",
  "<base href=http://evil.example/>",
  "<form action=http://evil.example><button>ok</button></form>",
  "<body onload=alert(1)>",
  "<video><source onerror=alert(1)></video>",
  "<details open ontoggle=alert(1)>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<template><script>alert(1)</script></template>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<script>alert(1)</script>]]>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  '"><script>alert(1)</script>',
  "'-alert(1)-'",
  "{{constructor.constructor('alert(1)')()}}",
  "${alert(1)}",
  "</textarea><script>alert(1)</script>",
  "</title><script>alert(1)</script>",
] as const;

const LINKS = [
  "[clic](javascript:alert(1))",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  "javascript&#58;alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "file:///etc/passwd",
  "blob:http://evil.example/1",
  "![](http://evil.example/pixel.png)",
  "<http://evil.example/onmouseover=alert(1)>",
  'http://evil.example/"onmouseover=alert(1)',
  "http://user:pass@evil.example/",
  "http://evil.example\u202Egpj.exe",
  "https://xn--e1awd7f.example/аpple",
  "http://[::1]:22/",
  "http://a",
  "www.evil.example/<b>",
  "mailto:a@b.example?subject=<script>",
  "https://evil.example/" + "a".repeat(4000),
] as const;

const SHAPES = [
  "*".repeat(8192),
  "_*~`".repeat(2048),
  "> ".repeat(4000) + "fin",
  "`".repeat(8000),
  "```\n".repeat(2000),
  "```java\n" + "x".repeat(8000),
  "a".repeat(8192),
  "\u202Etxet desrever",
  "\u2066\u2067\u2068 isolé",
  "z" + "\u0301".repeat(4000),
  "Z̸̡̢͚͖̗͎͖̺̍̏̽̏̄̑a̶͔͙̣͚̲̔̑l̷̛̪̙͕̂̀̕g̴̦̈́̅̊̆̚o̷̥͋̑̏",
  "\u200b\u200b\u200bx",
  "\ufdfd".repeat(500),
  "👨‍👩‍👧‍👦".repeat(300),
  "ligne\n".repeat(1300),
  "\t".repeat(2000) + "fin",
  "\u0000\u0001\u0007 commandes",
  "@Léa ".repeat(1300),
  "#général ".repeat(700),
  "**a *b ~~c ".repeat(700),
] as const;

/** Sends messages, and waits for the ack of each. */
async function sendAll(client: Client, contents: readonly string[]): Promise<void> {
  for (const content of contents) {
    await client.send({ type: "message", content, ref: "r" });
    const reply = await client.find(({ ref }) => ref === "r");
    assert.equal(reply["type"], "ack", `${content.slice(0, 40)}: ${JSON.stringify(reply)}`);
  }
}

const QUIET = { limits: { messages_per_second: 0, bytes_per_second: 0 } };

scenarios("a page shows hostile contents as text", {
  async "HTML, links, markup and odd characters cause no dialog, no request, no CSP report and no horizontal scrolling"(
    stage,
  ) {
    await stage.serve(QUIET);
    const mallory = await stage.guest("Mallory");
    const lea = await stage.person();
    await lea.joinAs("Léa");
    const contents = [...HTML, ...LINKS, ...SHAPES];
    await sendAll(mallory, contents);
    await lea.counts(contents.length);
    const read = await lea.read();
    for (const html of HTML) assert.ok(read.includes(html), `not shown as it is: ${html}`);
    const foreign =
      "script, iframe, img, svg [onload], video, object, embed, form form, base, meta[http-equiv], style";
    assert.equal(await lea.page.locator(`[role=log] :is(${foreign})`).count(), 0);

    const links = await lea.page.evaluate<{ href: string; rel: string }[]>(
      `[...document.querySelectorAll("[role=log] .text a")].map(({ href, rel }) => ({ href, rel }))`,
    );
    const page = new URL(lea.page.url()).origin;
    for (const { href, rel } of links) {
      assert.match(href, /^(https?|mailto):/);
      if (!href.startsWith(page)) assert.match(rel, /noopener/, href);
    }
    // Lay out every block once, to find contents that are too wide.
    for (let at = 0; at < 40; at++) {
      await lea.log.evaluate((log) => log.scrollTop -= log.clientHeight);
      await lea.frames();
      const over = await lea.page.evaluate<number>(`Math.max(
        document.documentElement.scrollWidth - innerWidth,
        document.querySelector(".log").scrollWidth - document.querySelector(".log").clientWidth,
      )`);
      assert.ok(over <= 0, `the page is ${over} pixels too wide`);
    }
    // The page still works.
    await lea.say("toujours là");
    assert.equal((await mallory.find(({ content }) => content === "toujours là"))["from"], "Léa");
  },

  async "forged members of messages do not change their authors"(stage) {
    await stage.serve(QUIET);
    await stage.accounts("moderator", "Prof");
    const mallory = await stage.guest("Mallory");
    const lea = await stage.person();
    await lea.joinAs("Léa");
    await lea.say("à moi");
    const mine = await mallory.find(({ content }) => content === "à moi");
    const forged: Record<string, unknown>[] = [
      { from: "Prof", user: "Prof", role: "admin", mine: true, deleted: true },
      { id: 1, timestamp: "1999-01-01T00:00:00.000Z", channel: "#général" },
      { cid: mine["cid"], code: "deleted", system: true },
      { reply_to: "<img src=x onerror=alert(1)>" },
      { reply_to: { toString: "x" } },
      { reply_to: -1, cid: 7 },
      { reply_to: 1e300, cid: "x".repeat(5000) },
      { constructor: { prototype: { mine: true } } },
      { hasOwnProperty: 1, toString: 1, valueOf: 1 },
      { fromKey: "prof", key: "prof", blocks: [], items: null },
    ];
    for (const [at, members] of forged.entries()) {
      const line = { type: "message", content: `faux ${at}`, ...members };
      const own = JSON.stringify({ ref: "f" }).slice(1);
      // Append the member as text: in an object literal, __proto__ would set the prototype.
      const text = JSON.stringify(line).slice(0, -1) +
        (at === 7 ? ',"__proto__":{"role":"admin"}' : "") + `,${own}\n`;
      await mallory.send(text);
      assert.equal((await mallory.find(({ ref }) => ref === "f"))["type"], "ack");
    }
    for (const [at] of forged.entries()) {
      const message = lea.messages(`faux ${at}`);
      await message.waitFor();
      assert.equal(await message.evaluate((each) => each.classList.contains("mine")), false);
    }
    const authors = await lea.page.evaluate<string[]>(
      `[...document.querySelectorAll("[role=log] article .author")].map((e) => e.textContent)`,
    );
    assert.ok(authors.every((author) => ["Mallory", "Léa"].includes(author)), authors.join());
    assert.deepEqual((await lea.read()).filter((text) => text === "à moi"), ["à moi"]);
    // After a reload, the history shows the same.
    await lea.page.reload();
    await lea.isIn();
    await lea.sees("faux 9");
    assert.equal(await lea.messages(/faux/).count(), forged.length);
    assert.deepEqual((await lea.read()).filter((text) => text === "à moi"), ["à moi"]);
    assert.equal(await lea.page.locator(".people .person").count(), 2);
  },

  async "names and states of any content do not break the page"(stage) {
    await stage.serve();
    const lea = await stage.person();
    await lea.joinAs("Léa");
    const names = ["toString", "constructor", "__proto__", "valueOf", "hasOwnProperty"];
    for (const name of names) {
      const odd = await stage.guest(name);
      await odd.ask({ type: "status", state: "<b>" + name, ref: "s" });
      await odd.ask({ type: "message", content: `bonjour de ${name}`, ref: "m" });
      await odd.ask({ type: "message", subtype: "private", to: "Léa", content: "psst", ref: "p" });
    }
    for (const name of names) await lea.sees(`bonjour de ${name}`);
    await lea.until("document.querySelectorAll('.room').length === arg", 1 + names.length);
    await lea.open("constructor");
    await lea.sees("psst");
  },
});
