// Parses the arguments of slash commands: names, channels, durations, numbers, and the rest of the text.
import { takeDuration } from "../../protocol/duration.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { checkChannelName, NAME_MAX, nameKey } from "../../protocol/names.ts";
import { cutNote } from "../../protocol/requests/fields.ts";

/** Whether a content is a command: a slash followed by a letter. */
export function isCommand(content: string): boolean {
  return content.charCodeAt(0) === SLASH && /^\/\p{L}/u.test(content);
}

/** Returns the text to send for a content that is not a command. `//x` sends `/x`. */
export function unescape(content: string): string {
  return content.startsWith("//") ? content.slice(1) : content;
}

const SLASH = 0x2f;

/** Splits a command into its name, in lower case, and the text after it. */
export function splitCommand(content: string): { name: string; rest: string } {
  const [, name = "", rest = ""] = /^\/(\S+)\s*([^]*)$/u.exec(content) ?? [];
  return { name: name.toLowerCase(), rest: rest.trim() };
}

/** The arguments of a command, parsed from left to right. */
export class Words {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  /** The text that is left. */
  get rest(): string {
    return this.#rest;
  }

  /** Takes the rest of the text as a note on one line. */
  note(): string {
    return cutNote(this.#take(this.#rest.length));
  }

  /** Takes the next word, if any. */
  word(): string | undefined {
    const found = /^\S+/u.exec(this.#rest)?.[0];
    if (found !== undefined) this.#take(found.length);
    return found;
  }

  /**
   * Takes the next word if it is the name of a channel: with `#`, or without if the channel exists.
   *
   * @throws {ProtocolError} if the text after `#` is not a valid name.
   */
  channelIfAny(exists: (name: string) => boolean = () => false): string | undefined {
    const word = /^\S+/u.exec(this.#rest)?.[0];
    if (word === undefined) return undefined;
    return word.startsWith("#") || exists(`#${word}`) ? this.channel() : undefined;
  }

  /** Takes the next word as the name of a channel, with or without `#`. @throws {ProtocolError} */
  channel(): string | undefined {
    const word = this.word();
    if (word === undefined) return undefined;
    const checked = checkChannelName(word.startsWith("#") ? word : `#${word}`);
    if (checked.ok) return checked.name;
    throw new ProtocolError("bad_request", { reason: "channel_name" });
  }

  /** Takes a whole number, if the next word is one. */
  numberIfAny(): number | undefined {
    const found = /^\d{1,15}(?=\s|$)/u.exec(this.#rest)?.[0];
    if (found === undefined) return undefined;
    this.#take(found.length);
    return Number(found);
  }

  /**
   * Takes the next word if it is a duration. Returns seconds.
   *
   * @throws {ProtocolError} if it looks like a duration but is not valid.
   */
  secondsIfAny(): number | undefined {
    const taken = takeDuration(this.#rest);
    if (taken.kind === "none") return undefined;
    if (taken.kind === "mistyped") {
      throw new ProtocolError("bad_request", { reason: "duration" });
    }
    this.#rest = taken.rest;
    return taken.seconds;
  }

  /** Takes a user's name, which may contain spaces: a text in double quotes, or the longest name that exists. */
  user(isKnown: (key: string) => boolean): string | undefined {
    const quoted = /^"([^"]+)"(?=\s|$)/u.exec(this.#rest);
    if (quoted !== null) {
      this.#take(quoted[0].length);
      return quoted[1];
    }
    const ends = [...this.#rest.slice(0, NAME_ROOM).matchAll(/\S(?=\s|$)/gu)]
      .map(({ index, 0: last }) => index + last.length).reverse();
    const end = ends.find((end) => isKnown(nameKey(this.#rest.slice(0, end))));
    if (end === undefined) return this.word();
    return this.#take(end);
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length).trimStart();
    return taken;
  }
}

// A character has at most two units, or four when letters and marks are separate. One more unit shows the end.
const NAME_ROOM = 4 * NAME_MAX + 1;
