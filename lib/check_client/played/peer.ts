// A connection as the played server knows it, and who else is there.
import type { OutgoingMessage } from "../../protocol/reply.ts";
import type { Link } from "../wire/link.ts";

/** What the played server knows of one connection. */
export interface Peer {
  readonly link: Link;
  /** The name of the user; `undefined` before it has joined. */
  name: string | undefined;
  /** The name as the client typed it. */
  typed: string;
  /** The channel where messages without a channel go. */
  channel: string;
  /** Whether it has used a `ref` or another addition, so that it is no old connection. */
  isNew: boolean;
  /** Whether it has asked who is online without joining, and tried no account: clients of guests do so. */
  isVisitor: boolean;
  /** How many of its lines could not be read. */
  badLines: number;
  /** Whether it has joined by an account. */
  hasAccount: boolean;
}

/** What somebody says in a channel. */
export interface Said {
  readonly from: string;
  readonly content: string;
  readonly channel: string;
  /** Members that the client added, as the text of a JSON object in ASCII. */
  readonly extra?: string | null;
}

/** A message of the history. */
export type Stored = OutgoingMessage & { readonly id: number };

/** Users who are only played. */
export const PLAYED = ["tom", "nina"] as const;
