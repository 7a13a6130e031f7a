// The inspector: every line in both directions, secrets masked, lines by hand, and programs that really run.
import assert from "node:assert/strict";
import { findProgram } from "../support/programs.ts";
import { linesToSend, programOf, type ServerAddress } from "../../web/text/programs.ts";
import { PASSWORD, scenarios } from "./browser.ts";
import type { Person } from "./person.ts";

/** Opens the inspector and returns the texts of its lines. */
async function open(person: Person): Promise<void> {
  await person.button(person.texts.say("menu_protocol")).click();
  await person.page.locator(".inspector .wire-line").first().waitFor();
}

const lines = ({ page }: Person) => page.locator(".inspector .wire-line");

scenarios("the inspector", {
  async "shows both directions from the first line on, and never a password or a token"(stage) {
    await stage.serve();
    await stage.accounts("member", "Ada");
    const ada = await stage.person();
    await ada.signIn("Ada", PASSWORD);
    await open(ada);
    await lines(ada).filter({ hasText: '"type":"hello"' }).first().waitFor();
    const login = lines(ada).filter({ hasText: '"type":"login"' });
    assert.match(await login.first().innerText(), /"username":"Ada","password":"•••"/);
    assert.match(await login.last().innerText(), /"token":"•••"/);
    const token = await ada.page.evaluate<string>(
      `JSON.parse(sessionStorage.getItem("classcord.session")).token`,
    );
    await ada.page.evaluate("location.hash = '#/settings'");
    await ada.page.getByText(ada.texts.say("settings_password")).first().click();
    await ada.field(ada.texts.say("settings_password_old")).fill(PASSWORD);
    await ada.field(ada.texts.say("settings_password_new")).fill("un-nouveau-mot");
    await ada.button(ada.texts.say("settings_password")).click();
    await lines(ada).filter({ hasText: '"old":"•••","new":"•••"' }).waitFor();
    const shown = await ada.page.locator(".inspector").innerText();
    for (const secret of [PASSWORD, token, "un-nouveau-mot"]) assert.ok(!shown.includes(secret));
    // The longest row fits: bytes are those of the line as it travelled.
    const users = lines(ada).filter({ hasText: '"type":"overview","ref"' }).first();
    const [text, bytes] = [
      await users.locator("code").innerText(),
      await users.locator("small").innerText(),
    ];
    assert.equal(Number(bytes), text.length);
  },

  async "a line by hand is answered, also one that is no JSON, and a message by hand appears"(
    stage,
  ) {
    await stage.serve();
    const tom = await stage.guest("Tom");
    const ada = await (await stage.person()).joinAs("Ada");
    await open(ada);
    await ada.button(ada.texts.say("insp_send")).click();
    const field = ada.page.getByLabel(ada.texts.say("insp_send_label"));
    const send = async (text: string) => {
      await field.fill(text);
      await field.press("Enter");
    };
    await send('{"type":"users","ref":"mine"}');
    await lines(ada).filter({ hasText: /"users":\["Ada","Tom"\].*"ref":"mine"/ }).waitFor();
    await field.fill("bonjour");
    await ada.page.getByText(ada.texts.say("insp_send_bad")).waitFor();
    await field.press("Enter");
    await lines(ada).filter({ hasText: '"code":"bad_json"' }).waitFor();
    await send('{"type":"message","content":"à la main"}');
    await tom.find(({ content }) => content === "à la main");
    await ada.sees("à la main");
    await send('{"type":"login","username":"Ada","password":"hunter2"}');
    await lines(ada).filter({ hasText: '"code":"login_failed"' }).waitFor();
    assert.ok(!(await ada.page.locator(".inspector").innerText()).includes("hunter2"));
  },

  async "lines are filtered, paused and explained, and the keyboard moves among them"(stage) {
    await stage.serve();
    const tom = await stage.guest("Tom");
    const ada = await (await stage.person()).joinAs("Ada");
    await open(ada);
    await ada.page.locator(".inspector").getByLabel(ada.texts.say("insp_filter")).fill('"status"');
    await tom.ask({ type: "status", state: "away", ref: "s" });
    await lines(ada).filter({ hasText: '"state":"away"' }).waitFor();
    assert.equal(await lines(ada).filter({ hasNotText: '"status"' }).count(), 0);
    await ada.button(ada.texts.say("insp_pause")).click();
    await tom.ask({ type: "status", state: "dnd", ref: "s" });
    await ada.until("document.querySelector('.people').textContent.includes(arg)", "disturb");
    assert.equal(await lines(ada).filter({ hasText: '"state":"dnd"' }).count(), 0);
    await ada.button(ada.texts.say("insp_resume")).click();
    await lines(ada).filter({ hasText: '"state":"dnd"' }).waitFor();
    await lines(ada).last().focus();
    await ada.page.keyboard.press("ArrowUp");
    await ada.until("document.activeElement.textContent.includes(arg)", '"state":"away"');
    await ada.page.keyboard.press("Enter");
    const details = ada.page.locator(".wire-details");
    assert.match(await details.locator("pre").innerText(), /\n {2}"state": "away"\n/);
    await details.getByRole("link", { name: /Presence/ }).click();
    const heading = ada.page.locator('.manual [data-slug="presence"]');
    await heading.waitFor();
    await ada.until("document.activeElement?.dataset.slug === 'presence'");
    assert.equal(await ada.page.evaluate("document.scrollingElement.scrollTop"), 0);
  },

  async "a copied program runs: it joins, sends the line, and prints what the server answers"(
    stage,
  ) {
    await stage.serve();
    const browser = { permissions: ["clipboard-read", "clipboard-write"] };
    const ada = await (await stage.person({ browser })).joinAs("Ada");
    const tom = await stage.guest("Tom");
    await open(ada);
    await ada.say('été "à" \\ 2');
    await ada.sees("été");
    await lines(ada).filter({ hasText: '"type":"message"' }).last().click();
    await ada.button(ada.texts.say("insp_copy")).click();
    await ada.page.getByRole("menuitem", { name: "Python" }).click();
    await ada.page.getByText(ada.texts.say("copied")).waitFor();
    const copied = await ada.page.evaluate<string>("navigator.clipboard.readText()");
    assert.match(
      copied,
      new RegExp(`create_connection\\(\\("127.0.0.1", ${stage.server.port}\\)\\)`),
    );
    await tom.find(({ content }) => content === 'été "à" \\ 2');
    const { port } = stage.server;
    const server: ServerAddress = {
      ...{ host: "127.0.0.1", port, secure: false, url: `ws://127.0.0.1:${port}/ws` },
    };
    const line = '{"type":"message","content":"été \\"à\\" \\\\ 2"}';
    const directory = await stage.directory();
    for (
      const [language, program, file] of [
        ["python", findProgram("python3"), "client.py"],
        ["java", findProgram("java"), "Client.java"],
        ["javascript", Deno.execPath(), "client.mjs"],
      ] as const
    ) {
      if (program === undefined) continue;
      const path = `${directory}/${file}`;
      const text = programOf(language, linesToSend([line], language), server);
      assert.match(text, /^[\x20-\x7e\n]*$/);
      await Deno.writeTextFile(path, text);
      const args = language === "javascript" ? ["run", "--no-lock", "--allow-net", path] : [path];
      const child = new Deno.Command(program, { args, stdout: "null", stderr: "null" }).spawn();
      try {
        const got = await tom.find(({ from, content }) =>
          from === language && content === 'été "à" \\ 2'
        );
        assert.ok(got, language);
      } finally {
        child.kill("SIGKILL");
        await child.status;
      }
    }
  },
});
