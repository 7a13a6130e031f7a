// Announces news to screen readers: each message once, or only the number of messages if there are many.
import type { Announcement } from "../model/state.ts";
import { parse } from "../text/parse.ts";
import type { Block, Inline } from "../text/nodes.ts";
import type { Texts } from "../texts/catalogue.ts";

/** How long announcements are collected before they are read together, in milliseconds. */
const GATHER = 350;

/** The maximum number of messages that are read. If more arrive together, only their number is announced. */
const READ_MAX = 3;

/** The maximum length of a message text that is read, in UTF-16 units. */
const TEXT_MAX = 300;

/** Returns the text of a message as one line without markup. A code block is mentioned, but not read. */
export function spoken(content: string, texts: Texts): string {
  const words = (node: Inline): string =>
    "children" in node ? node.children.map(words).join("") : node.text;
  const say = (block: Block) =>
    block.kind === "fence" ? texts.say("announce_code") : block.children.map(words).join("");
  return parse(content.slice(0, 2 * TEXT_MAX)).map(say).join(" ").replace(/\s+/g, " ").slice(
    0,
    TEXT_MAX,
  );
}

/** Returns the text of one announcement. */
export function wordsOf(what: Announcement, shown: string | undefined, texts: Texts): string {
  switch (what.kind) {
    case "message": {
      const places = {
        name: what.item.from,
        text: spoken(what.item.content, texts),
        room: what.roomName,
      };
      return texts.say(what.room === shown ? "announce_message" : "announce_message_room", places);
    }
    case "deleted":
      return texts.say("announce_deleted");
    case "notice":
      return what.notice.text;
    case "aside":
      return what.text;
    case "hand":
    case "report":
      return texts.say(`announce_${what.kind}`, { name: what.name });
    case "link":
      return texts.say(`announce_${what.state}`);
    case "failed":
      return texts.say("announce_failed", { text: spoken(what.content, texts) });
  }
}

/** Returns the lines for the live region: a few messages, or the number of messages if there are many. */
export function digest(
  gathered: readonly Announcement[],
  shown: string | undefined,
  texts: Texts,
): string[] {
  const messages = gathered.filter(({ kind }) => kind === "message");
  const many = messages.length > READ_MAX;
  const said = gathered.filter(({ kind }) => !many || kind !== "message")
    .map((what) => wordsOf(what, shown, texts));
  return many ? [...said, texts.count("announce_many", messages.length)] : said;
}

/** Collects announcements and writes them into an element with `aria-live`. */
export class Announcer {
  #gathered: Announcement[] = [];
  #isWaiting = false;
  readonly #write: (lines: readonly string[]) => void;
  readonly #context: () => { readonly shown: string | undefined; readonly texts: Texts };

  constructor(
    write: (lines: readonly string[]) => void,
    context: () => { readonly shown: string | undefined; readonly texts: Texts },
  ) {
    this.#write = write;
    this.#context = context;
  }

  say(what: Announcement): void {
    this.#gathered.push(what);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => this.#flush(), GATHER);
  }

  #flush(): void {
    this.#isWaiting = false;
    const { shown, texts } = this.#context();
    this.#write(digest(this.#gathered, shown, texts));
    this.#gathered = [];
  }
}
