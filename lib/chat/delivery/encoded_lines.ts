// The lines of a turn for channels, encoded together; and of them what those in the same channels hear.
import { cutLines, type Place } from "../../edge/cut.ts";
import type { Exception, Lines } from "../../edge/edge.ts";
import { encodeLines } from "../../protocol/reply.ts";
import type { Room } from "../presence/session.ts";

/** A line for everyone or for the members of a channel, but one; a message, or a mere notice. */
export interface Broadcast {
  readonly line: string;
  /** The room whose members hear it; `undefined` for everyone. */
  readonly room: Room | undefined;
  /** The number of the connection that does not hear it. */
  readonly except: number | undefined;
  readonly isMessage: boolean;
}

/** The lines that some users hear, encoded; and for each connection its own among them. */
export interface Share {
  readonly bytes: Uint8Array;
  readonly messages: number;
  readonly own: ReadonlyMap<number, OwnLines>;
  /** The same without messages. */
  readonly notices: () => Share;
}

/** What one connection is left out of. */
export interface OwnLines {
  readonly exception: Exception;
  readonly messages: number;
}

/** The bytes of a share, and what is left out of them for whom. */
export function linesOf({ bytes, own }: Share): Pick<Lines, "bytes" | "except"> {
  if (own.size === 0) return { bytes };
  return { bytes, except: Array.from(own.values(), ({ exception }) => exception) };
}

/** The lines of a turn, encoded together. */
export class EncodedLines {
  readonly #broadcasts: readonly Broadcast[];
  readonly #bytes: Uint8Array;

  constructor(broadcasts: readonly Broadcast[]) {
    this.#broadcasts = broadcasts;
    this.#bytes = encodeLines(broadcasts.map(({ line }) => line).join(""));
  }

  /** All of the lines. */
  get all(): Share {
    const notices = () => this.select(({ isMessage }) => !isMessage);
    return { bytes: this.#bytes, ...describe(this.#broadcasts), notices };
  }

  /** Some of the lines: copied, not encoded again. */
  select(isHeard: (broadcast: Broadcast) => boolean): Share {
    const missed: Place[] = [];
    const heard: Broadcast[] = [];
    let start = 0;
    for (const broadcast of this.#broadcasts) {
      // Lines are ASCII: as many bytes as characters.
      const end = start + broadcast.line.length;
      if (isHeard(broadcast)) heard.push(broadcast);
      else missed.push({ start, end });
      start = end;
    }
    const bytes = cutLines(this.#bytes, missed);
    const notices = () => this.select((each) => isHeard(each) && !each.isMessage);
    return { bytes, ...describe(heard), notices };
  }
}

function describe(broadcasts: readonly Broadcast[]): Pick<Share, "messages" | "own"> {
  const own = new Map<number, { exception: { to: number; places: Place[] }; messages: number }>();
  let start = 0;
  let messages = 0;
  for (const { line, except, isMessage } of broadcasts) {
    const end = start + line.length;
    if (isMessage) messages++;
    if (except !== undefined) {
      const left = own.get(except) ?? { exception: { to: except, places: [] }, messages: 0 };
      own.set(except, left);
      left.exception.places.push({ start, end });
      if (isMessage) left.messages++;
    }
    start = end;
  }
  return { own, messages };
}
