// Encodes all lines of a turn that go to channels or to everyone, and selects parts of them by channel.
import { cutLines, type Place } from "../../edge/cut.ts";
import type { Exception, Lines } from "../../edge/edge.ts";
import { encodeLines } from "../../protocol/reply.ts";
import type { Room } from "../presence/session.ts";

/** A line for everyone or for the members of a channel, except one connection: a message or a notice. */
export interface Broadcast {
  readonly line: string;
  /** The channel whose members receive it; `undefined` for everyone. */
  readonly room: Room | undefined;
  /** The number of the connection that does not receive it. */
  readonly except: number | undefined;
  readonly isMessage: boolean;
}

/** The encoded lines for a group of users, and for each connection the lines that it must not receive. */
export interface Share {
  readonly bytes: Uint8Array;
  readonly messages: number;
  readonly own: ReadonlyMap<number, OwnLines>;
  /** The same share without messages. */
  readonly notices: () => Share;
}

/** The lines that one connection must not receive. */
export interface OwnLines {
  readonly exception: Exception;
  readonly messages: number;
}

/** Returns the bytes of a share, and the parts to leave out for individual connections. */
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

  /** Selects some of the lines. The bytes are copied, not encoded again. */
  select(isHeard: (broadcast: Broadcast) => boolean): Share {
    const missed: Place[] = [];
    const heard: Broadcast[] = [];
    let start = 0;
    for (const broadcast of this.#broadcasts) {
      // Lines are ASCII, so the length in characters is the length in bytes.
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
