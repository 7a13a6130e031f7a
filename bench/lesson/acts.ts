// What happens in the lesson, act by act. Each act ends when everybody has seen what it did.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { type Cast, type Pupil, TEACHER } from "./cast.ts";
import type { Ledger } from "./ledger.ts";

/** The lesson as the acts need it. */
export interface Lesson {
  readonly cast: Cast;
  readonly ledger: Ledger;
  /** Returns a number from 0 to 1. The same lesson has the same numbers. */
  readonly random: () => number;
}

const CHANNEL = "#général";

/** Everybody writes for some seconds, at any moment; every fourth message is code. */
export async function chat(lesson: Lesson, part: string, seconds: number, each: number) {
  const { cast, ledger, random } = lesson;
  ledger.part = part;
  const pages = [cast.teacher, ...cast.pupils];
  const moments = () => Array.from({ length: each }, () => random() * seconds * 1000).sort(byValue);
  const begun = performance.now();
  const at = async (moment: number) => {
    const rest = moment - (performance.now() - begun);
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  };
  await Promise.all([
    ...pages.map(async ({ name, person }) => {
      for (const [number, moment] of moments().entries()) {
        await at(moment);
        const token = ledger.write(name);
        await person.say(
          number % 4 === 1 ? codeWith(token) : `ça avance, ${token} à ${number} € ?`,
        );
      }
    }),
    ...cast.old.filter((client) => !client.missed.has(part)).map(async (client) => {
      for (const moment of moments()) {
        await at(moment);
        await client.say(`déjà fini, ${ledger.write(client.kind.name)}`);
      }
    }),
  ]);
  await settle(lesson);
}

function byValue(a: number, b: number): number {
  return a - b;
}

function codeWith(token: string): string {
  return `\`\`\`java\nint reponse = 42; // ${token}\n\`\`\``;
}

/** Waits until all pages show all messages so far. A page shows messages in their order, so the last one is enough. */
async function settle({ cast, ledger }: Lesson): Promise<void> {
  const pages = [cast.teacher, ...cast.pupils].filter(({ relay }) => relay?.accepts !== "none");
  await Promise.all(pages.map(({ person }) => stored(person.page.locator("[role=log]"))));
  // The sockets answer nothing when a message is stored.
  const written = ledger.open.filter(({ from, part }) =>
    part === ledger.part && cast.old.some(({ kind }) => kind.name === from)
  );
  for (const { token } of written) await cast.teacher.person.sees(token);
  const token = ledger.write(TEACHER);
  await cast.teacher.person.say(`on continue : ${token}`);
  await Promise.all(pages.map(({ person }) => person.sees(token)));
  const old = cast.old.filter(({ missed }) => !missed.has(ledger.part));
  await Promise.all(old.map((client) => client.sees(new RegExp(token))));
}

/** Waits until the server has stored all messages of a page. */
async function stored(log: Locator): Promise<void> {
  await log.locator("article[data-cid]").first().waitFor({ state: "detached" });
}

/** Private messages: between pages, from pages to old clients, and from old clients to pages. */
export async function whisper({ cast, ledger }: Lesson): Promise<void> {
  ledger.part = "private messages";
  const { pupils, old } = cast;
  const tell = async ({ name, person }: Pupil, to: string) => {
    await person.page.evaluate(`location.hash = "#/p/${encodeURIComponent(to)}"`);
    await person.field(person.texts.say("composer_private", { name: to })).waitFor();
    const token = ledger.write(name, to);
    await person.say(`entre nous, ${token}`);
    await person.sees(token);
    await person.open(CHANNEL);
    return token;
  };
  for (let at = 0; at + 1 < 12; at += 2) await tell(pupils[at]!, pupils[at + 1]!.name);
  const [first, , bob, , , , , gus] = old;
  for (const [at, client] of [first!, bob!, gus!].entries()) {
    const token = await tell(pupils[12 + at]!, client.kind.name);
    await client.sees(new RegExp(token));
    const answer = ledger.write(client.kind.name, pupils[12 + at]!.name);
    await client.tell(pupils[12 + at]!.name, `oui, ${answer}`);
  }
}

/** Five pupils raise a hand; the teacher sees them in their order, lowers the first one and then all. */
export async function hands({ cast }: Lesson): Promise<void> {
  const { teacher: { person: prof }, pupils } = cast;
  const raised = pupils.slice(5, 10);
  for (const [at, { person }] of raised.entries()) {
    await person.button(person.texts.say("hand_raise")).click();
    await person.button(person.texts.say("hand_lower", { place: at + 1 })).waitFor();
  }
  await prof.page.locator(".hands li").nth(4).waitFor();
  const order = await prof.page.locator(".hands .person .name").allTextContents();
  assert.deepEqual(order.map((name) => name.trim()), raised.map(({ name }) => name));
  await prof.button(prof.texts.say("hands_lower", { name: raised[0]!.name })).click();
  const second = raised[1]!.person;
  await second.button(second.texts.say("hand_lower", { place: 1 })).waitFor();
  await prof.button(prof.texts.say("hands_lower_all")).click();
  for (const { person } of raised) await person.button(person.texts.say("hand_raise")).waitFor();
}

/** Private messages with staff only: a page says so, and an old client is told. Then for all again. */
export async function policy({ cast, ledger }: Lesson): Promise<void> {
  const { teacher: { person: prof }, pupils: [pupil, other], old: [client] } = cast;
  await prof.choose(prof.texts.say("tool_private_staff"));
  const { person } = pupil!;
  await person.page.evaluate(`location.hash = "#/p/${other!.name}"`);
  await person.page.getByText(person.texts.say("composer_private_staff")).waitFor();
  const refused = ledger.write(client!.kind.name, other!.name);
  await client!.tell(other!.name, `psst ${refused}`);
  await client!.sees(new RegExp(`Not sent .*${refused}`));
  ledger.withdraw(refused);
  const token = ledger.write(client!.kind.name, TEACHER);
  await client!.tell(TEACHER, `une question : ${token}`);
  await prof.room(client!.kind.name).waitFor();
  await prof.choose(prof.texts.say("tool_private_all"));
  await person.box.waitFor();
  await person.open(CHANNEL);
}

/** "Listen to me": nobody but the teacher writes, and an old client is told. */
export async function listen(lesson: Lesson): Promise<void> {
  const { cast: { teacher: { person: prof }, pupils, old }, ledger } = lesson;
  ledger.part = "listen";
  const button = prof.page.locator(".tool", { hasText: prof.texts.say("tool_listen") });
  await button.click();
  await Promise.all(
    pupils.map(({ person }) => person.page.locator(".composer.silenced").waitFor()),
  );
  const client = old[4]!;
  const refused = ledger.write(client.kind.name);
  await client.say(`et moi ? ${refused}`);
  await client.sees(new RegExp(`Not sent .*${refused}`));
  ledger.withdraw(refused);
  await settle(lesson);
  await button.click();
  await Promise.all(pupils.map(({ person }) => person.box.waitFor()));
}

/** A pupil reports a message. The teacher reads the report, mutes the author and later unmutes the author. */
export async function report(lesson: Lesson): Promise<void> {
  const { cast: { teacher: { person: prof }, pupils }, ledger } = lesson;
  ledger.part = "report";
  const [author, witness] = [pupils[15]!, pupils[16]!];
  const token = ledger.write(author.name);
  await author.person.say(`une méchanceté ${token}`);
  const article = witness.person.messages(token);
  await article.hover();
  await article.getByRole("button", { name: witness.person.texts.say("act_report") }).click();
  const { texts } = witness.person;
  const ask = witness.person.page.getByRole("dialog");
  await ask.getByRole("button", { name: texts.say("report_do") }).click();
  const entry = prof.page.locator(".reports li", { hasText: author.name });
  await entry.waitFor();
  const row = prof.page.locator(".pupil", { hasText: author.name });
  const card = prof.page.getByRole("dialog");
  await row.click();
  await card.getByRole("button", { name: prof.texts.say("mod_mute") }).click();
  await card.getByRole("button", { name: prof.texts.say("mod_mute") }).last().click();
  await author.person.page.locator(".composer.silenced").waitFor();
  await row.locator(".muted").waitFor();
  await row.click();
  await card.getByRole("button", { name: prof.texts.say("mod_unmute") }).click();
  await author.person.box.waitFor();
  await prof.page.keyboard.press("Escape");
  await entry.getByRole("button", { name: prof.texts.say("reports_done") }).click();
  await settle(lesson);
}

/** Everybody writes while some pages lose their network, others are reloaded, and two old clients are away. */
export async function breakdown(lesson: Lesson, seconds: number, each: number): Promise<void> {
  const { cast: { pupils, old } } = lesson;
  const part = "breakdown";
  const gone = [old[1]!, old[9]!];
  for (const client of gone) {
    client.missed.add(part);
    await client.leave();
  }
  const cutOff = pupils.filter(({ relay }) => relay !== undefined);
  for (const { relay } of cutOff) relay!.disconnect();
  const reloads = pupils.slice(20, 25).map(async ({ person }) => {
    await person.page.reload();
    await person.isIn();
  });
  await Promise.all(reloads);
  await chat(lesson, part, seconds, each);
  for (const { relay } of cutOff) relay!.restore();
  await Promise.all(cutOff.map(async ({ person }) => {
    // The page may be connecting at this moment, and the button gone.
    await person.button(person.texts.say("strip_now")).click({ timeout: 5_000 }).catch(() => {});
    await person.page.locator(".strip").waitFor({ state: "detached" });
  }));
  for (const client of gone) await client.join();
}

/** One pupil signs out before the end. @returns When, in Unix milliseconds: before and after. */
export async function leaveEarly({ person, name }: Pupil): Promise<readonly [number, number]> {
  const before = Date.now();
  const { texts } = person;
  await person.button(texts.say("menu", { name })).click();
  await person.page.getByRole("menuitem", { name: texts.say("menu_sign_out") }).click();
  await person.isOut();
  return [before, Date.now()];
}
