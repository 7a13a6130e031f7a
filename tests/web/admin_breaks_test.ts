// The administration while the connection breaks: no password is lost, and nothing is done twice.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { scenarios, type Stage } from "./browser.ts";
import { logIn, office, passwords, row, school, section } from "./office.ts";
import type { Person } from "./person.ts";

interface Fragile {
  readonly ada: Person;
  breakAt(text: string): void;
  /** Resolves when the page has connected again by itself. */
  readonly back: Promise<void>;
}

/**
 * Opens the administration. The connection breaks at the next line of the page, or of the server, that contains a text.
 */
async function fragile(stage: Stage): Promise<Fragile> {
  const ada = await office(stage, await school(stage));
  const back = Promise.withResolvers<void>();
  let weak: string | undefined;
  let isBroken = false;
  await ada.page.routeWebSocket(/\/ws$/, (page) => {
    const server = page.connectToServer();
    const breaks = (line: string | Buffer) => {
      if (weak === undefined || !String(line).includes(weak)) return false;
      weak = undefined;
      isBroken = true;
      void page.close();
      void server.close();
      return true;
    };
    page.onMessage((line) => breaks(line) || server.send(line));
    server.onMessage((line) => {
      if (breaks(line)) return;
      page.send(line);
      if (isBroken && String(line).includes(`"type":"overview"`)) back.resolve();
    });
  });
  await ada.page.reload();
  await row(ada, "Ada").waitFor();
  return { ada, back: back.promise, breakAt: (text) => weak = text };
}

scenarios("the administration while the connection breaks", {
  async "an import whose reply is lost is found to be done, and its passwords are right"(stage) {
    const { ada, back, breakAt } = await fragile(stage);
    const { page, texts } = ada;
    await section(ada, "import");
    await page.locator("input[type=file]").setInputFiles({
      name: "2SLAM.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("login\nléa\nTom\n"),
    });
    breakAt(`"class_import","status":"ok"`);
    await ada.button(texts.say("adm_import_do")).click();
    await page.getByText(texts.say("adm_import_lost")).waitFor();
    await back;
    await ada.button(texts.say("adm_import_check")).click();
    await page.getByText(texts.say("adm_import_done")).waitFor();
    const given = await passwords(ada);
    assert.deepEqual(Object.keys(given), ["léa", "Tom"]);
    for (const [name, password] of Object.entries(given)) {
      assert.equal(await logIn(stage, name, password), "ok", name);
    }
  },

  async "a new account whose reply is lost keeps its password on the page, and the rest is not tried"(
    stage,
  ) {
    const { ada, back, breakAt } = await fragile(stage);
    const { page, texts } = ada;
    await page.getByText(texts.say("adm_add"), { exact: true }).click();
    await ada.field(texts.say("adm_names")).fill("Léa\nTom\nZoé");
    breakAt(`"user":"Tom"`);
    await ada.button(texts.count("adm_add_do", 3)).click();
    await page.getByText(texts.count("adm_batch_left", 1)).waitFor();
    const given = await passwords(ada);
    assert.deepEqual(Object.keys(given), ["Léa", "Tom"]);
    assert.equal(await logIn(stage, "Léa", given["Léa"]!), "ok");
    await back;
    await row(ada, "Léa").waitFor();
    assert.equal(await row(ada, "Zoé").count(), 0);
  },
});
