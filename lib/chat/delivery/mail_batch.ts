// The messages that a session receives together from its mailbox, and what is kept of them while they are on their way.
import { messageLine } from "../../protocol/reply.ts";
import type { StoredMessage } from "../../store/messages.ts";
import type { Session } from "../presence/session.ts";

/** Limits of a batch. The next batch follows when this one has been written. */
const BATCH_BYTES = 32 * 1024;
const BATCH_MESSAGES = 100;

/** Called when a connection has received the messages kept for its account, if any were kept. */
export type Finished = () => void;

/** What is remembered of a message while it is written. */
export type Sent = Pick<StoredMessage, "id" | "sender">;

/** What is on its way to a session, as plain values; or that it waits for another session of its account. */
export type MailState = SendingState | { readonly waits: true; readonly tells: boolean };

/** What is on its way to a session. */
export interface SendingState {
  readonly sending: readonly Sent[];
  /** How many messages were written before. */
  readonly written: number;
  /** Whether the session is told how many messages have arrived. */
  readonly tells: boolean;
  /** How many messages from whom its user has received since the login. */
  readonly arrived: readonly (readonly [sender: string, count: number])[];
}

/** What another leader has sent to a session. */
export interface RestoredMail {
  readonly accountId: number;
  readonly state: MailState;
  readonly finished: Finished | undefined;
}

function lineOf(message: StoredMessage, { addressee }: Session): string {
  return messageLine({ ...message, from: message.sender, to: addressee });
}

/**
 * Takes the messages that fit into a batch, at least one. A message that is not sent is not read from the
 * database.
 */
export function firstBatch(
  messages: Iterable<StoredMessage>,
  session: Session,
): { sent: Sent[]; lines: string } {
  const most = session.readsOneByOne ? 1 : BATCH_MESSAGES;
  const sent: Sent[] = [];
  let lines = "";
  for (const message of messages) {
    sent.push({ id: message.id, sender: message.sender });
    lines += lineOf(message, session);
    if (lines.length >= BATCH_BYTES || sent.length === most) break;
  }
  return { sent, lines };
}
