// Tests of reading back through a long conversation: its first message, its last message, and the hits of a search.
import assert from "node:assert/strict";
import { scenarios, type Stage } from "./browser.ts";
import type { Person } from "./person.ts";
import { seed } from "./seed.ts";

const CODE = "```java\nclass Pile {\n  // du code\n  int taille() { return 3; }\n}\n```";

/** Opens the page of a guest on a server with many messages. */
async function among(
  stage: Stage,
  count: number,
  contentOf: (number: number) => string,
): Promise<Person> {
  const directory = await stage.directory();
  seed(directory, count, contentOf);
  await stage.serve({ limits: { messages_per_second: 0 } }, directory);
  const lea = await stage.person();
  await lea.joinAs("Léa");
  await lea.until("document.querySelectorAll('article[data-id]').length > 0");
  return lea;
}

/** Returns the texts of the first and the last message that are visible in the log. */
function seen(lea: Person): Promise<[string, string]> {
  return lea.page.evaluate<[string, string]>(`(() => {
    const box = document.querySelector(".log").getBoundingClientRect();
    const all = [...document.querySelectorAll("article[data-id]")].filter((article) => {
      const { top, bottom } = article.getBoundingClientRect();
      return bottom > box.top + 8 && top < box.bottom - 8;
    });
    return [all[0], all.at(-1)].map((article) => article.querySelector(".text").textContent);
  })()`);
}

const FIRST = "Number(document.querySelector('article[data-id]').dataset.id)";
const SHOWN = "[...document.querySelectorAll('article[data-id] .text')].map((e) => e.textContent)";

scenarios("a page shows a long conversation", {
  async "with 10,000 messages, Home leads to the first and End to the last, and the page contains only a few"(
    stage,
  ) {
    const lea = await among(stage, 10_000, (number) => `le message ${number}.`);
    await lea.sees("le message 10000.");
    await lea.log.focus();
    await lea.page.keyboard.press("Home");
    await lea.sees("le message 1.");
    await lea.frames();
    assert.equal((await seen(lea))[0], "le message 1.");
    await lea.page.keyboard.press("End");
    await lea.sees("le message 10000.");
    await lea.frames();
    assert.equal((await seen(lea))[1], "le message 10000.");

    // Scroll up through 2,500 messages, as with the wheel.
    const most = await lea.page.evaluate<number>(`new Promise((resolve) => {
      let most = 0;
      const up = () => {
        most = Math.max(most, document.querySelectorAll("article").length);
        if (${FIRST} <= 7500) return resolve(most);
        document.querySelector(".log").scrollTop -= 1500;
        requestAnimationFrame(up);
      };
      up();
    })`);
    assert.ok(most > 1500 && most <= 2000, `${most} messages were in the page at once`);
    const texts = await lea.page.evaluate<string[]>(SHOWN);
    const from = Number(/\d+/.exec(texts[0]!)![0]);
    assert.deepEqual(texts, texts.map((_, at) => `le message ${from + at}.`));
    // The browser's own search (Ctrl+F) finds messages far from the screen as well.
    const wanted = texts[Math.floor(texts.length * 0.8)]!;
    assert.ok(
      await lea.page.evaluate(`find(${JSON.stringify(wanted)}, false, false, true)`),
      `${wanted} is not found`,
    );
  },

  async "while older messages load above, the log moves by at most one pixel, even with code blocks"(
    stage,
  ) {
    const lea = await among(
      stage,
      600,
      (number) => number % 7 === 0 ? `${CODE}\nsuite ${number}` : `ligne ${number}`,
    );
    for (let page = 1; page <= 4; page++) {
      const moved = await lea.page.evaluate<number>(`new Promise((resolve) => {
        const log = document.querySelector(".log");
        const first = ${FIRST};
        log.scrollTop = log.clientHeight;
        requestAnimationFrame(() => requestAnimationFrame(() => {
          const box = log.getBoundingClientRect();
          const held = [...document.querySelectorAll("article[data-id]")]
            .find((article) => article.getBoundingClientRect().top >= box.top);
          const place = () => held.getBoundingClientRect().top;
          const before = place();
          let frames = 0;
          let worst = 0;
          const look = () => {
            worst = Math.max(worst, Math.abs(place() - before));
            if (${FIRST} < first) frames++;
            if (frames > 10) resolve(worst);
            else requestAnimationFrame(look);
          };
          look();
        }));
      })`);
      assert.ok(moved <= 1, `page ${page}: the text moved by ${moved} pixels`);
    }
  },

  async "a hit of the search opens in its context, and a button leads back to the present"(stage) {
    const lea = await among(
      stage,
      3000,
      (number) => number === 1200 ? "la réponse est le pingouin" : `bavardage ${number}`,
    );
    await lea.page.keyboard.press("Control+k");
    await lea.page.getByRole("combobox").fill("pingouin");
    await lea.page.getByRole("option").last().click();
    const hit = lea.page.locator("a.hit").filter({ hasText: "pingouin" });
    await hit.click();
    await lea.sees("la réponse est le pingouin");
    for (const near of [1190, 1195, 1199, 1201, 1205, 1210]) await lea.sees(`bavardage ${near}`);
    const found = lea.messages("la réponse est le pingouin");
    assert.ok(
      await found.evaluate((message) => {
        const { top, bottom } = message.getBoundingClientRect();
        return top > 0 && bottom < message.ownerDocument.defaultView!.innerHeight;
      }),
    );
    await lea.button(lea.texts.say("log_present")).click();
    await lea.sees("bavardage 3000");
    await lea.frames();
    assert.equal((await seen(lea))[1], "bavardage 3000");
    // A new message is added, because the window reaches the present again.
    await lea.say("et maintenant");
    await lea.sees("et maintenant");
  },

  async "a link to a message opens it, however old it is"(stage) {
    const lea = await among(stage, 3000, (number) => `bavardage ${number}`);
    await lea.page.goto(lea.page.url().replace(/(\/c\/[^/]*).*$/, "$1/700"));
    await lea.sees("bavardage 700");
    await lea.frames();
    assert.equal(await lea.messages("bavardage 700").getAttribute("data-id"), "700");
    const [top, end] = (await seen(lea)).map((text) => Number(/\d+/.exec(text)![0]));
    assert.ok(top! <= 700 && end! >= 700, `the log shows ${top} to ${end}`);
  },
});
