// A person who uses a page: the actions, and what the person waits for.
import type { Locator, Page } from "playwright-core";
import { type Catalogue, type Language, Texts } from "../../web/texts/catalogue.ts";
import { en } from "../../web/texts/en.ts";
import { en as enAdmin } from "../../web/texts/en_admin.ts";
import { en as enLesson } from "../../web/texts/en_lesson.ts";
import { en as enMore } from "../../web/texts/en_more.ts";
import { fr } from "../../web/texts/fr.ts";
import { fr as frAdmin } from "../../web/texts/fr_admin.ts";
import { fr as frLesson } from "../../web/texts/fr_lesson.ts";
import { fr as frMore } from "../../web/texts/fr_more.ts";

/** All texts of the page. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = {
  en: { ...en, ...enMore, ...enLesson, ...enAdmin },
  fr: { ...fr, ...frMore, ...frLesson, ...frAdmin },
};

/** Matches the errors that a page reports while its server is not available. */
const AWAY = /WebSocket connection to|net::ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET|NETWORK)/;

/** A person who uses a page. */
export class Person {
  readonly page: Page;
  readonly texts: Texts;

  /** @param problems Receives what no page may do: errors, dialogs, CSP reports, requests to other sites. */
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

  /** Joins as a guest, and waits for the log. */
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

  /** Signs in with a password that was given, and chooses another one, as the page demands. */
  async signInWithGiven(name: string, given: string, own: string): Promise<this> {
    const { texts } = this;
    await this.choose(texts.say("door_account"));
    await this.field(texts.say("door_name")).fill(name);
    await this.field(texts.say("door_password")).fill(given);
    await this.button(texts.say("door_sign_in")).click();
    await this.field(texts.say("settings_password_new")).fill(own);
    await this.field(texts.say("new_password_again")).fill(own);
    await this.button(texts.say("new_password_do")).click();
    await this.isIn();
    return this;
  }

  /** Waits until the page shows a conversation and has read it. */
  async isIn(): Promise<void> {
    await this.page.locator("[role=log][aria-busy=false]").waitFor();
  }

  /** Waits until the page shows the sign-in form. */
  async isOut(): Promise<void> {
    await this.page.locator("main.door form").waitFor();
  }

  /** Returns the button with a name. */
  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Returns the field with a label. */
  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Selects one of several choices by its label. The radio button itself is hidden. */
  async choose(words: string): Promise<void> {
    await this.page.locator(".choice label").filter({ hasText: words }).click();
  }

  /** Returns the message box. */
  get box(): Locator {
    return this.page.locator("[data-region=composer] textarea");
  }

  /** Types a text into the message box and sends it. */
  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** Returns the log. */
  get log(): Locator {
    return this.page.getByRole("log");
  }

  /** Returns the messages with a text, or all messages. `[data-id]` marks those that the server has stored. */
  messages(text?: string | RegExp): Locator {
    const all = this.page.locator("[role=log] article[data-id]");
    return text === undefined ? all : all.filter({ hasText: text });
  }

  /** Returns the messages that the server has not stored yet. */
  pending(text?: string): Locator {
    const all = this.page.locator("[role=log] article[data-cid]");
    return text === undefined ? all : all.filter({ hasText: text });
  }

  /** Waits for a message. */
  async sees(text: string | RegExp): Promise<void> {
    await this.messages(text).first().waitFor();
  }

  /** Returns the link to a conversation in the list. */
  room(name: string): Locator {
    return this.page.getByRole("navigation", { name: this.texts.say("rooms") })
      .locator("a.room").filter({ hasText: name.replace(/^#/, "") });
  }

  /** Opens a conversation from the list. */
  async open(name: string): Promise<void> {
    await this.room(name).click();
    await this.isIn();
  }

  /**
   * Returns the texts of all messages in the log, in order. Messages far from the screen have no layout, but count
   * too.
   */
  async read(): Promise<string[]> {
    return await this.page.locator("[role=log] article .text").allTextContents();
  }

  /**
   * Waits until an expression is true in the page. It is evaluated in each frame.
   *
   * @param expression A JavaScript expression. `arg` is the argument.
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

  /** Waits until the log contains a number of stored messages. */
  async counts(amount: number): Promise<void> {
    await this.until(
      "document.querySelectorAll('[role=log] article[data-id]').length === arg",
      amount,
    );
  }

  /** Waits for two frames, after which all changes are on the screen. */
  async frames(): Promise<void> {
    await this.page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))",
    );
  }
}
