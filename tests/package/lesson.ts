// The path of a teacher, from `apt install` to the first message of the class, on a booted machine and in Chromium on
// another one. It has to take less than five minutes, typing included.
import assert from "node:assert/strict";
import { launch, Stage } from "../web/browser.ts";
import type { Person } from "../web/person.ts";
import { type Command, type GuideOptions, HOME, proveGuide } from "./guide.ts";
import type { Machine } from "./machine.ts";
import { step } from "./step.ts";

/** How fast a teacher types: 200 characters a minute, in milliseconds for each. */
const KEY_MS = 300;
/** What printing and handing out the slips takes, as the guide says. */
const SLIPS_MS = 60_000;
/** What the issue and the guide promise. */
const PATH_MS = 300_000;

/** The slip of an account. */
interface Slip {
  readonly name: string;
  readonly password: string;
}

/**
 * Runs the commands of the lesson. Once the slips are written, a teacher and a pupil open the address on them, sign in,
 * choose a password and write to each other. They stay in the room while the other commands run.
 */
export async function proveLesson(machine: Machine, options: GuideOptions): Promise<void> {
  const browser = await launch();
  const scene = new Stage(browser);
  const started = performance.now();
  let typed = 0;
  try {
    const after = async ({ text }: Command) => {
      if (typed === -1) return;
      typed += text.length;
      if (!text.startsWith("sudo chown")) return;
      const commandsMs = performance.now() - started;
      const sheet = await Deno.readTextFile(`${machine.root}${HOME}/fiches.html`);
      const page = await step("the slips lead to the first message", () => enter(scene, sheet));
      const parts = [typed * KEY_MS, commandsMs, SLIPS_MS, page.took + page.typed * KEY_MS];
      const [typing, commands, slips, room] = parts.map((ms) => `${Math.round(ms / 1000)} s`);
      const total = parts.reduce((sum, ms) => sum + ms, 0);
      console.log(
        `     typing ${typing} (${typed} characters), commands ${commands}, slips ${slips}, ` +
          `page ${room} (${page.typed} characters): ${Math.round(total / 1000)} s`,
      );
      assert.ok(total < PATH_MS, `expected less than ${PATH_MS} ms, took ${Math.round(total)} ms`);
      typed = -1;
    };
    await proveGuide(machine, { ...options, after });
    assert.equal(typed, -1, "the guide never handed the slips to the teacher");
    scene.assertNoProblems();
  } finally {
    await scene.close();
    await browser.close();
  }
}

/** Signs the teacher and then a pupil in with their slips. @returns The time, and what one of them has typed. */
async function enter(scene: Stage, sheet: string): Promise<{ took: number; typed: number }> {
  const started = performance.now();
  const address = /<dd class="address">([^<]+)/.exec(sheet)?.[1];
  assert.ok(address !== undefined, sheet);
  const slips = [...sheet.matchAll(/<dd class="name">([^<]+)[^]*?<dd class="password">([^<]+)/g)]
    .map(([, name, password]): Slip => ({ name: name!, password: password! }));
  const slipOf = (name: string) => slips.find((slip) => slip.name === name)!;
  const teacher = await signIn(scene, address, slipOf("claire.petit"));
  await teacher.page.locator(".class-panel").waitFor();
  const pupil = await signIn(scene, address, slipOf("elodie.moreau"));
  assert.equal(await pupil.page.locator(".class-panel").count(), 0);
  await teacher.say("Bonjour");
  await pupil.sees("Bonjour");
  await pupil.say("Bonjour Madame");
  await teacher.sees("Bonjour Madame");
  const took = performance.now() - started;
  const { name, password } = slipOf("elodie.moreau");
  // The class types at the same time, after the teacher.
  const each = address.length + name.length + password.length + 2 * CHOSEN.length;
  return { took, typed: 2 * each + "Bonjour".length };
}

/** The password that everybody chooses. */
const CHOSEN = "un autre secret";

async function signIn(scene: Stage, url: string, { name, password }: Slip): Promise<Person> {
  const person = await scene.person({ url, language: "fr" });
  return await person.signInWithGiven(name, password, CHOSEN);
}
