// The people of a lesson: an imported class whose pupils open real pages, their teacher, and ten old clients.
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { runCommand, type ServerProcess } from "../../tests/support/process.ts";
import { launch, Stage } from "../../tests/web/browser.ts";
import type { Person } from "../../tests/web/person.ts";
import { Relay } from "../../tests/web/relay.ts";
import { type Kind, OldClient } from "./old_client.ts";

/** The name of the class, and of its teacher. */
export const CLASS = "2SLAM";
export const TEACHER = "claire.petit";
/** Accounts of the class that never come. */
export const ABSENT = ["zacharie.absent", "zelie.absente"];
/** The class has accounts that two old clients use. */
const WITH_OLD_CLIENTS = ["etienne.ancien", "irene.ancienne"] as const;
/** A busy machine needs time for thirty pages. */
const DEADLINE_MS = 180_000;
const PAGES = 30;
/** How many pages are behind a network that breaks. */
const RELAYED = 4;

const NAMES = Array.from(
  { length: PAGES },
  (_, at) => `eleve${String(at + 1).padStart(2, "0")}.martin`,
);

/** A pupil with a page. */
export interface Pupil {
  readonly name: string;
  readonly person: Person;
  /** The network of the pupil, if it breaks. */
  readonly relay?: Relay;
  /** When the pupil signed in, in Unix milliseconds: before and after. */
  readonly entered: readonly [before: number, after: number];
}

/** Everybody in the lesson. */
export interface Cast extends AsyncDisposable {
  readonly teacher: Pupil;
  readonly pupils: readonly Pupil[];
  readonly old: readonly OldClient[];
  /** Opens the projector view of the teacher. */
  project(): Promise<Person>;
  /** Errors and warnings of the pages. */
  readonly problems: readonly string[];
  /** Figures, for the report. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Runs a command of the program. @throws if it fails. */
export async function classcord(dataDir: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand([...args, "--data-dir", dataDir]);
  assert.equal(code, 0, `${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** Imports the class. @returns The passwords by name. */
export async function importClass(dataDir: string): Promise<Map<string, string>> {
  const names = [...NAMES, ...WITH_OLD_CLIENTS, ...ABSENT];
  const rows = [`${TEACHER};professeur`, ...names.map((name) => `${name};élève`)];
  const list = `${dataDir}/${CLASS}.csv`;
  await Deno.writeTextFile(list, `identifiant;rôle\r\n${rows.join("\r\n")}\r\n`);
  const sheet = `${dataDir}/slips.csv`;
  await classcord(dataDir, "class", "import", list, "--must-change", "--sheet-csv", sheet);
  const slips = (await Deno.readTextFile(sheet)).trim().split("\r\n").slice(1);
  const passwords = new Map(slips.map((slip) => {
    const [, name, password] = slip.split(",");
    return [name!, password!] as const;
  }));
  assert.equal(passwords.size, names.length + 1);
  return passwords;
}

/** The old clients: guests, registered users, and pupils of the class. */
function kindsOf(passwords: ReadonlyMap<string, string>): Kind[] {
  const [etienne, irene] = WITH_OLD_CLIENTS;
  const guest = "guest123";
  return [
    { letter: "A", name: "Invité1732" },
    { letter: "A", name: "Invité1733" },
    { letter: "B", name: "Invité_bob_1732350000123", password: guest, registers: true },
    { letter: "C", name: "carole" },
    { letter: "D", name: "Hélène", password: guest, registers: true },
    { letter: "E", name: etienne, password: passwords.get(etienne)! },
    { letter: "F", name: "invité" },
    { letter: "G", name: "gus" },
    { letter: "H", name: "hugo", password: guest, registers: true },
    { letter: "I", name: irene, password: passwords.get(irene)! },
  ];
}

/** Opens all pages, and has everybody sign in at once. Each page asks for a new password first. */
export async function gather(
  server: ServerProcess,
  passwords: ReadonlyMap<string, string>,
): Promise<Cast> {
  await using stack = new AsyncDisposableStack();
  const browser = stack.adopt(await launch(), (each: Browser) => each.close());
  const stage = stack.adopt(new Stage(browser), (each) => each.close());
  const warnings: string[] = [];
  const open = async (name: string, at: number) => {
    const relay = at < RELAYED ? stack.use(new Relay(server.port)) : undefined;
    const port = relay?.port ?? server.port;
    const person = await stage.person({ url: `http://127.0.0.1:${port}/`, language: "fr" });
    person.page.setDefaultTimeout(DEADLINE_MS);
    person.page.on("console", (message) => {
      if (message.type() === "warning" || message.type() === "error" && relay === undefined) {
        warnings.push(`${name}: ${message.type()}: ${message.text()}`);
      }
    });
    return { name, person, ...(relay === undefined ? {} : { relay }) };
  };
  let started = performance.now();
  const doors = [await open(TEACHER, Infinity)];
  for (const [at, name] of NAMES.entries()) doors.push(await open(name, at));
  const opening = performance.now() - started;
  const old = kindsOf(passwords).map((kind) => new OldClient(kind, server.port));
  started = performance.now();
  const [everybody] = await Promise.all([
    Promise.all(doors.map((door) => signIn(door, passwords.get(door.name)!))),
    Promise.all(old.map((each) => each.join())),
  ]);
  const figures = { opening, entering: performance.now() - started };
  const [teacher, ...pupils] = everybody;
  const kept = stack.move();
  return {
    ...{ teacher: teacher!, pupils, old, figures },
    async project() {
      const { person } = teacher!;
      const link = person.page.locator("a.tool", { hasText: person.texts.say("tool_project") });
      const [tab] = await Promise.all([person.page.waitForEvent("popup"), link.click()]);
      return stage.watch(tab, person);
    },
    get problems() {
      return [...stage.problems, ...warnings];
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function signIn(door: Omit<Pupil, "entered">, password: string): Promise<Pupil> {
  const before = Date.now();
  await door.person.signInWithGiven(door.name, password, `${password}-à-moi`);
  return { ...door, entered: [before, Date.now()] };
}
