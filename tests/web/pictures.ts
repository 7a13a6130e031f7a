// Takes the pictures of the page in docs/images, from a scripted lesson on a real server (`deno task picture:web`).
import type { Page } from "playwright-core";
import { findProgram } from "../support/programs.ts";
import type { Client } from "../support/client.ts";
import { launch, PASSWORD, Stage } from "./browser.ts";

const FOLDER = new URL("../../docs/images/", import.meta.url).pathname;

const CODE = `\`\`\`java
import java.util.ArrayDeque;
import java.util.Deque;

/** A stack of numbers. */
class Stack {
  private final Deque<Integer> items = new ArrayDeque<>();

  void push(int item) {
    items.addFirst(item);
  }

  int pop() {
    return items.removeFirst(); // throws if it is empty
  }
}
\`\`\``;

/** The messages in #java, with their authors. */
const LESSON: readonly (readonly [name: string, content: string])[] = [
  [
    "Mme Moreau",
    "Good morning! Today: **stacks and queues**. The exercise is at https://example.org/tp4",
  ],
  ["Inès", "Is \`Stack\` of java.util fine, or do we write our own?"],
  ["Mme Moreau", "Your own, with a \`Deque\` inside. Post what you have as a block of code."],
  ["Tom", CODE],
  ["Inès", "What happens if I call pop() on an empty one?"],
  ["Tom", "> throws if it is empty\n\`NoSuchElementException\`, I have just tried it 😅"],
  ["Mme Moreau", "Well seen. *Document it*, and write a test for it. @Léa, can you show yours?"],
];

/** The other users who are online. */
const CLASS = ["Ada", "Bilal", "Chloé", "Daniel", "Emma", "Farid", "Jeanne", "Karim"];

const VIEWS = [
  { name: "desktop-light", width: 1280, height: 800, colorScheme: "light", scale: 1 },
  { name: "desktop-dark", width: 1280, height: 800, colorScheme: "dark", scale: 1 },
  { name: "phone-light", width: 390, height: 760, colorScheme: "light", scale: 2 },
  { name: "phone-dark", width: 390, height: 760, colorScheme: "dark", scale: 2 },
] as const;

if (findProgram("chromium") === undefined) {
  console.error("Expected the program chromium, got none: install chromium.");
  Deno.exit(1);
}
const browser = await launch();
const stage = new Stage(browser);
try {
  await lesson(stage);
  for (const { name, width, height, colorScheme, scale } of VIEWS) {
    const isPhone = width < 500;
    const lea = await stage.person({
      path: "/#/c/java",
      browser: {
        viewport: { width, height },
        colorScheme,
        deviceScaleFactor: scale,
        isMobile: isPhone,
        hasTouch: isPhone,
      },
    });
    await lea.signIn("Léa", PASSWORD);
    await lea.sees("Well seen");
    const welcome = lea.page.locator(".welcome button");
    if (await welcome.count() > 0) await welcome.click();
    await lea.page.locator("pre .keyword").first().waitFor();
    if (!isPhone) await lea.box.fill("Here is mine: ");
    await lea.log.evaluate((log) => log.scrollTop = log.scrollHeight);
    // No message is under the pointer, and all messages on the screen have been read.
    await lea.page.mouse.move(1, 1);
    await lea.until("document.querySelector('.room[aria-current] .count') === null");
    await lea.until("document.querySelector('.actions') === null");
    await lea.frames();
    await shoot(lea.page, name);
    await lea.page.context().close();
  }
} finally {
  await stage.close();
  await browser.close();
}

async function shoot(page: Page, name: string): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const path = `${FOLDER}web-${name}.png`;
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  console.log(path);
}

async function lesson(stage: Stage): Promise<void> {
  const all = { roles: [], accounts: [], readOnly: false };
  await stage.serve({
    limits: { messages_per_second: 0, connections_per_address: 0 },
    web: { class_name: "Class 2B" },
    channel: [
      { ...all, name: "#java", topic: "Exercise 4: stacks and queues" },
      { ...all, name: "#python", topic: "Exercise 5: dictionaries" },
      { ...all, name: "#announcements", topic: "Read here", readOnly: true },
    ],
  });
  await stage.accounts("moderator", "Mme Moreau");
  await stage.accounts("member", "Inès", "Tom", "Léa");
  const people = new Map<string, Client>();
  for (const name of ["Mme Moreau", "Inès", "Tom", "Léa"]) {
    people.set(name, await stage.member(name));
  }
  for (const name of CLASS) people.set(name, await stage.guest(name));
  for (const client of people.values()) {
    await client.ask({ type: "join", channel: "#java", ref: "j" });
  }
  const say = async (name: string, line: Record<string, unknown>) => {
    await people.get(name)!.send({ type: "message", ...line, ref: "s" });
    await people.get(name)!.find(({ ref }) => ref === "s");
  };
  await people.get("Léa")!.ask({ type: "join", channel: "#python", ref: "j" });
  await people.get("Tom")!.ask({ type: "join", channel: "#python", ref: "j" });
  await people.get("Bilal")!.ask({ type: "status", state: "away", ref: "st" });
  await people.get("Emma")!.ask({ type: "status", state: "dnd", ref: "st" });
  for (const [name, content] of LESSON) await say(name, { channel: "#java", content });
  await say("Tom", { channel: "#python", content: "Is exercise 5 for tomorrow?" });
  await say("Ada", { channel: "#général", content: "The canteen opens at twelve" });
  await say("Inès", { subtype: "private", to: "Léa", content: "Shall we work together?" });
  await say("Léa", {
    subtype: "private",
    to: "Mme Moreau",
    content: "I will be five minutes late",
  });
  await people.get("Léa")!.close();
}
