// Tells screen readers what is new: each message once, and only their number when there are many.
import type { Announcement } from "../model/state.ts";
import { parse } from "../text/parse.ts";
import type { Block, Inline } from "../text/nodes.ts";
import type { Texts } from "../texts/catalogue.ts";

/** What comes within this time, in milliseconds, is said together. */
const GATHER = 350;

/** More messages than this at once are counted, not read. */
const READ_MAX = 3;

/** Longest text of a message that is read. */
const TEXT_MAX = 300;

/** The words of a message as one line, without its marks. Code is named, not read. */
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

/** What one announcement says. */
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
    case "link":
      return texts.say(`announce_${what.state}`);
    case "failed":
      return texts.say("announce_failed", { text: spoken(what.content, texts) });
  }
}

/** What is written into the live region for what gathered: at most a few messages, else their number. */
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

/** Gathers announcements and writes them into an element with `aria-live`. */
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
