// Real pages in a real Chromium: what the scenarios of this folder share.
import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { Client } from "../support/client.ts";
import { findProgram, testWith } from "../support/programs.ts";
import { setRole } from "../support/roles.ts";
import { type Overrides, startTestServer, type TestServer } from "../support/server.ts";
import { Person } from "./person.ts";

const built = new URL("../../dist/web/assets.json", import.meta.url);

/** The password of every account of these tests. */
export const PASSWORD = "motdepasse";

/** How long a page may take for one thing, in milliseconds. */
const DEADLINE_MS = 20_000;

/** A scenario: a sentence, and what happens. */
export type Scenario = (stage: Stage) => Promise<void>;

/**
 * Registers one test with a step for each scenario. They share one browser, since a browser takes half a second to start.
 * Without Chromium or the built page, the test is skipped by name. With the environment variable `SCENARIO`, only the
 * scenarios are played whose names have its text.
 *
 * @param also What else the scenarios need, as in {@linkcode testWith}.
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
  // Fetched only where a browser is.
  const { chromium } = await import("playwright-core");
  const isRoot = Deno.uid() === 0;
  return await chromium.launch({
    executablePath: findProgram("chromium")!,
    // Chromium has no sandbox for root.
    args: isRoot ? ["--no-sandbox"] : [],
  });
}

/** Whose page it is, and how it looks. */
export interface PersonOptions {
  /** The port of the page; the server's without. */
  readonly port?: number;
  readonly path?: string;
  /** The whole address, in place of port and path. */
  readonly url?: string;
  readonly language?: "en" | "fr";
  readonly browser?: BrowserContextOptions;
}

/** One scenario: its servers, accounts and people, all gone at its end. */
export class Stage {
  readonly #browser: Browser;
  readonly #stack = new AsyncDisposableStack();
  readonly #problems: string[] = [];
  #server: TestServer | undefined;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** The server that was started last. */
  get server(): TestServer {
    assert.ok(this.#server !== undefined, "no server was started");
    return this.#server;
  }

  /** Ends it with the scenario. */
  use<T extends AsyncDisposable>(what: T): T {
    return this.#stack.use(what);
  }

  /** A directory that is removed at the end. */
  async directory(): Promise<string> {
    const path = await Deno.makeTempDir({ prefix: "classcord-" });
    this.#stack.defer(() => Deno.remove(path, { recursive: true }));
    return path;
  }

  /** Starts a server. A class sits at one address, and so do the people of a test. */
  async serve(overrides: Overrides = {}, directory?: string): Promise<TestServer> {
    const server = await startTestServer(overrides, directory);
    this.#server = server;
    this.#stack.defer(() => this.#server === server ? this.stop() : Promise.resolve());
    return server;
  }

  /** Stops the server before the end. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.[Symbol.asyncDispose]();
  }

  /** A client that speaks lines, joined as a guest. */
  async guest(name: string): Promise<Client> {
    return this.use(await Client.guest(this.server.port, name));
  }

  /** Registers accounts, and gives them a role. */
  async accounts(role: "member" | "moderator" | "admin", ...names: string[]): Promise<void> {
    await using client = await Client.connect(this.server.port);
    for (const username of names) {
      const reply = await client.ask({ type: "register", username, password: PASSWORD });
      assert.equal(reply["status"], "ok", JSON.stringify(reply));
      if (role !== "member") setRole(this.server.dataDir, username, role);
    }
  }

  /** A client that speaks lines, logged in. */
  async member(username: string): Promise<Client> {
    const client = this.use(await Client.connect(this.server.port));
    const reply = await client.ask({ type: "login", username, password: PASSWORD });
    assert.equal(reply["status"], "ok", JSON.stringify(reply));
    return client;
  }

  /** Somebody with a browser profile of its own, at the page. */
  async person(options: PersonOptions = {}): Promise<Person> {
    const { language = "en", port = this.server.port, path = "/" } = options;
    const context = await this.#browser.newContext({
      locale: language === "en" ? "en-US" : "fr-FR",
      ...options.browser,
    });
    this.#stack.defer(() => context.close());
    context.setDefaultTimeout(DEADLINE_MS);
    const person = new Person(await context.newPage(), language, this.#problems);
    await person.page.goto(options.url ?? `http://127.0.0.1:${port}${path}`);
    return person;
  }

  /** A second tab of a person. */
  async tab(person: Person): Promise<Person> {
    const page = await person.page.context().newPage();
    const tab = new Person(page, person.texts.language, this.#problems);
    await page.goto(person.page.url());
    return tab;
  }

  /** What the pages must never do, and did. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** No page had an error, a dialog, a report of its CSP, or a request to elsewhere. */
  assertNoProblems(): void {
    assert.deepEqual(this.#problems, []);
  }

  async close(): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
