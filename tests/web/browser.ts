// Opens real pages in Chromium, for the scenarios in this folder.
import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { Client } from "../support/client.ts";
import { findProgram, testWith } from "../support/programs.ts";
import { setRole } from "../support/roles.ts";
import { type Overrides, startTestServer, type TestServer } from "../support/server.ts";
import { Person } from "./person.ts";

const built = new URL("../../dist/web/assets.json", import.meta.url);

/** The password of every account in these tests. */
export const PASSWORD = "motdepasse";

/** How long a page may take for one step, in milliseconds. */
const DEADLINE_MS = 20_000;

/** A scenario: the steps of one browser test. */
export type Scenario = (stage: Stage) => Promise<void>;

/**
 * Registers one test with a step for each scenario. The scenarios share one browser, because starting one takes half
 * a second. Without Chromium or the built page, the test is skipped by name. If the environment variable `SCENARIO`
 * is set, only the scenarios whose names contain its value run.
 *
 * @param also What else the scenarios require, as in {@linkcode testWith}.
 */
export function scenarios(
  subject: string,
  all: Readonly<Record<string, Scenario>>,
  also: Readonly<Record<string, boolean>> = {},
): void {
  const needs = { programs: ["chromium"], also: { "the built page": isBuilt(), ...also } };
  testWith(needs, subject, async (context) => {
    const browser = await launch();
    try {
      const only = Deno.env.get("SCENARIO");
      for (const [name, play] of Object.entries(all)) {
        if (only !== undefined && !name.includes(only)) continue;
        // The browser lives longer than a step. The test as a whole is checked for leaks.
        const unchecked = { sanitizeOps: false, sanitizeResources: false };
        await context.step({ name, ...unchecked, fn: () => playOn(browser, play) });
      }
    } finally {
      await browser.close();
    }
  });
}

async function playOn(browser: Browser, play: Scenario): Promise<void> {
  const stage = new Stage(browser);
  try {
    await play(stage);
    stage.assertNoProblems();
  } finally {
    await stage.close();
  }
}

function isBuilt(): boolean {
  try {
    return Deno.statSync(built).isFile;
  } catch {
    return false;
  }
}

/** Starts Chromium. */
export async function launch(): Promise<Browser> {
  // This package is fetched only where a browser is installed.
  const { chromium } = await import("playwright-core");
  const isRoot = Deno.uid() === 0;
  return await chromium.launch({
    executablePath: findProgram("chromium")!,
    // Chromium's sandbox does not work for root.
    args: isRoot ? ["--no-sandbox"] : [],
  });
}

/** The page of a person, and its browser settings. */
export interface PersonOptions {
  /** The port of the page. The default is the server's. */
  readonly port?: number;
  readonly path?: string;
  /** The whole address, instead of port and path. */
  readonly url?: string;
  readonly language?: "en" | "fr";
  readonly browser?: BrowserContextOptions;
}

/** One scenario: its servers, accounts and people. All are closed at its end. */
export class Stage {
  readonly #browser: Browser;
  readonly #stack = new AsyncDisposableStack();
  readonly #problems: string[] = [];
  #server: TestServer | undefined;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Returns the server that was started last. */
  get server(): TestServer {
    assert.ok(this.#server !== undefined, "no server was started");
    return this.#server;
  }

  /** Closes a resource at the end of the scenario. */
  use<T extends AsyncDisposable>(what: T): T {
    return this.#stack.use(what);
  }

  /** Returns a new directory that is removed at the end. */
  async directory(): Promise<string> {
    const path = await Deno.makeTempDir({ prefix: "classcord-" });
    this.#stack.defer(() => Deno.remove(path, { recursive: true }));
    return path;
  }

  /** Starts a server. All people of a test connect from one address, as a class does. */
  async serve(overrides: Overrides = {}, directory?: string): Promise<TestServer> {
    const server = await startTestServer(overrides, directory);
    this.#server = server;
    this.#stack.defer(() => this.#server === server ? this.stop() : Promise.resolve());
    return server;
  }

  /** Stops the server before the end of the scenario. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.[Symbol.asyncDispose]();
  }

  /** Returns a client of the line protocol that has joined as a guest. */
  async guest(name: string): Promise<Client> {
    return this.use(await Client.guest(this.server.port, name));
  }

  /** Registers accounts with a role. */
  async accounts(role: "member" | "moderator" | "admin", ...names: string[]): Promise<void> {
    await using client = await Client.connect(this.server.port);
    for (const username of names) {
      const reply = await client.ask({ type: "register", username, password: PASSWORD });
      assert.equal(reply["status"], "ok", JSON.stringify(reply));
      if (role !== "member") setRole(this.server.dataDir, username, role);
    }
  }

  /** Returns a client of the line protocol that has logged in. */
  async member(username: string): Promise<Client> {
    const client = this.use(await Client.connect(this.server.port));
    const reply = await client.ask({ type: "login", username, password: PASSWORD });
    assert.equal(reply["status"], "ok", JSON.stringify(reply));
    return client;
  }

  /** Opens the page for a person with a browser profile of its own. */
  async person(options: PersonOptions = {}): Promise<Person> {
    const { language = "en", path = "/" } = options;
    const context = await this.#browser.newContext({
      locale: language === "en" ? "en-US" : "fr-FR",
      ...options.browser,
    });
    this.#stack.defer(() => context.close());
    context.setDefaultTimeout(DEADLINE_MS);
    const person = new Person(await context.newPage(), language, this.#problems);
    const address = () => `http://127.0.0.1:${options.port ?? this.server.port}${path}`;
    await person.page.goto(options.url ?? address());
    return person;
  }

  /** Returns the person who uses a page that another page has opened. */
  watch(page: Page, { texts }: Person): Person {
    return new Person(page, texts.language, this.#problems);
  }

  /** Opens a second tab for a person. */
  async tab(person: Person): Promise<Person> {
    const page = await person.page.context().newPage();
    const tab = new Person(page, person.texts.language, this.#problems);
    await page.goto(person.page.url());
    return tab;
  }

  /** Returns what the pages did and must never do. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Asserts that no page had an error, a dialog, a CSP report or a request to another site. */
  assertNoProblems(): void {
    assert.deepEqual(this.#problems, []);
  }

  async close(): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
