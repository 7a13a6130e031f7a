// Somebody in front of a page: what people do with it, and what they wait to see.
import type { Locator, Page } from "playwright-core";
import { type Catalogue, type Language, Texts } from "../../web/texts/catalogue.ts";
import { en } from "../../web/texts/en.ts";
import { en as enMore } from "../../web/texts/en_more.ts";
import { fr } from "../../web/texts/fr.ts";
import { fr as frMore } from "../../web/texts/fr_more.ts";

/** All texts of the page. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = {
  en: { ...en, ...enMore },
  fr: { ...fr, ...frMore },
};

/** Errors that a page reports while its server is away. */
const AWAY = /WebSocket connection to|net::ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET|NETWORK)/;

/** Somebody in front of a page. */
export class Person {
  readonly page: Page;
  readonly texts: Texts;

  /** @param problems Gets what no page may do: errors, dialogs, reports of the CSP, requests to elsewhere. */
  constructor(page: Page, language: Language, problems: string[]) {
    this.page = page;
    this.texts = new Texts(language, CATALOGUES[language]);
    page.on("pageerror", (error) => problems.push(`error: ${error.stack ?? error}`));
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (message.type() !== "error" || AWAY.test(message.text())) return;
      problems.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("request", (request) => {
      if (request.isNavigationRequest()) return;
      const { origin } = new URL(request.url());
      if (page.url() !== "about:blank" && origin !== new URL(page.url()).origin) {
        problems.push(`request: ${request.url()}`);
      }
    });
  }

  /** Fills in the form as a guest, and waits for the log. */
  async joinAs(name: string): Promise<this> {
    const { texts } = this;
    await this.field(texts.say("door_name")).fill(name);
    await this.button(texts.say("door_enter")).click();
    await this.isIn();
    return this;
  }

  /** Signs in with an account, or registers it first. */
  async signIn(
    name: string,
    password: string,
    { way = "account", stay = false }: { way?: "account" | "register"; stay?: boolean } = {},
  ): Promise<this> {
    const { texts } = this;
    await this.choose(texts.say(`door_${way}`));
    await this.field(texts.say("door_name")).fill(name);
    await this.field(texts.say("door_password")).fill(password);
    if (stay) await this.page.getByRole("checkbox", { name: texts.say("door_stay") }).check();
    await this.button(texts.say(way === "account" ? "door_sign_in" : "door_create")).click();
    await this.isIn();
    return this;
  }

  /** Waits until the page shows a conversation that was read. */
  async isIn(): Promise<void> {
    await this.page.locator("[role=log][aria-busy=false]").waitFor();
  }

  /** Waits until the form to sign in is shown. */
  async isOut(): Promise<void> {
    await this.page.locator("main.door form").waitFor();
  }

  /** The button of a name. */
  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The field of a label. */
  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Takes one of several choices: the words are the label of a radio button that is not seen itself. */
  async choose(words: string): Promise<void> {
    await this.page.locator(".choice label").filter({ hasText: words }).click();
  }

  /** The message box. */
  get box(): Locator {
    return this.page.locator("[data-region=composer] textarea");
  }

  /** Writes into the box and sends it. */
  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** The log. */
  get log(): Locator {
    return this.page.getByRole("log");
  }

  /** Messages of the log that have a text; all without. `[data-id]`: the server has stored it. */
  messages(text?: string | RegExp): Locator {
    const all = this.page.locator("[role=log] article[data-id]");
    return text === undefined ? all : all.filter({ hasText: text });
  }

  /** Messages that the server has not stored yet. */
  pending(text?: string): Locator {
    const all = this.page.locator("[role=log] article[data-cid]");
    return text === undefined ? all : all.filter({ hasText: text });
  }

  /** Waits for a message. */
  async sees(text: string | RegExp): Promise<void> {
    await this.messages(text).first().waitFor();
  }

  /** The link to a conversation in the list. */
  room(name: string): Locator {
    return this.page.getByRole("navigation", { name: this.texts.say("rooms") })
      .locator("a.room").filter({ hasText: name.replace(/^#/, "") });
  }

  /** Opens a conversation of the list. */
  async open(name: string): Promise<void> {
    await this.room(name).click();
    await this.isIn();
  }

  /** The texts of all messages of the log, in their order; also of those far from the screen, which have no layout. */
  async read(): Promise<string[]> {
    return await this.page.locator("[role=log] article .text").allTextContents();
  }

  /**
   * Waits until an expression holds in the page. It is looked at in each frame of the page.
   *
   * @param expression JavaScript; `arg` is the argument.
   */
  async until(expression: string, arg: unknown = null): Promise<void> {
    const deadline = 20_000;
    await this.page.evaluate(`new Promise((resolve, reject) => {
      const arg = ${JSON.stringify(arg)};
      const begun = performance.now();
      const look = () => {
        if (${expression}) resolve();
        else if (performance.now() - begun > ${deadline}) {
          reject(new Error(${JSON.stringify(`not in time: ${expression}`)}));
        } else requestAnimationFrame(look);
      };
      look();
    })`);
  }

  /** Waits until so many messages that are stored are in the log. */
  async counts(amount: number): Promise<void> {
    await this.until(
      "document.querySelectorAll('[role=log] article[data-id]').length === arg",
      amount,
    );
  }

  /** Two frames: what was drawn is on the screen. */
  async frames(): Promise<void> {
    await this.page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))",
    );
  }
}
