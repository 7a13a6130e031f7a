// Limits how many messages may be kept for one account, and which part of them may come from one sender.
import type { MailStore, MailUsage } from "../../store/mail.ts";

/** The limits; 0 means no limit. */
export interface MailLimits {
  readonly mailMessages: number;
  /** Bytes of contents and extra members. */
  readonly mailBytes: number;
}

/** A private message that is to be kept for an account. */
export interface WaitingMail {
  readonly accountId: number;
  /** The account of the sender; `null` for guests. */
  readonly sender: number | null;
  readonly bytes: number;
}

/** The limit that a message would exceed: that of the account (`full`) or that of its sender (`share`). */
export type MailRefusal = "full" | "share";

// No single sender can fill the mailbox of an account. All guests together count as one sender with two shares.
const SHARES = 4;
const GUEST_SHARES = 2;
/** After this time a full mailbox is counted again, because messages may have been deleted. */
const FULL_MS = 10_000;
const BOXES_MAX = 1_000;

/** The counts of one mailbox. */
interface Box {
  readonly bySender: Map<number | null, MailUsage>;
  readonly readAt: number;
}

/** Counts the kept messages of each account in memory, so that not every message needs a query. */
export class MailQuota {
  readonly #store: Pick<MailStore, "usage">;
  readonly #limits: MailLimits;
  readonly #now: () => number;
  readonly #boxes = new Map<number, Box>();

  /**
   * @param limits Read at every use.
   * @param now A monotonic clock in milliseconds.
   */
  constructor(store: Pick<MailStore, "usage">, limits: MailLimits, now: () => number) {
    this.#store = store;
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts a message. @returns The limit it would exceed; then it is not counted. */
  add(mail: WaitingMail): MailRefusal | undefined {
    let box = this.#boxes.get(mail.accountId) ?? this.#read(mail.accountId);
    let refusal = this.#refusal(box, mail);
    if (refusal !== undefined && this.#now() - box.readAt >= FULL_MS) {
      box = this.#read(mail.accountId);
      refusal = this.#refusal(box, mail);
    }
    if (refusal !== undefined) return refusal;
    box.bySender.set(mail.sender, plus(box.bySender.get(mail.sender), mail.bytes));
    return undefined;
  }

  /** Drops the counts of a mailbox because messages were delivered or put back. */
  changed(accountId: number): void {
    this.#boxes.delete(accountId);
  }

  #read(accountId: number): Box {
    if (this.#boxes.size >= BOXES_MAX) this.#boxes.clear();
    const box = { bySender: this.#store.usage(accountId), readAt: this.#now() };
    this.#boxes.set(accountId, box);
    return box;
  }

  #refusal({ bySender }: Box, { sender, bytes }: WaitingMail): MailRefusal | undefined {
    let [all, allBytes] = [1, bytes];
    for (const usage of bySender.values()) {
      all += usage.messages;
      allBytes += usage.bytes;
    }
    if (this.#exceeds(all, allBytes, 1)) return "full";
    const own = plus(bySender.get(sender), bytes);
    const part = (sender === null ? GUEST_SHARES : 1) / SHARES;
    return this.#exceeds(own.messages, own.bytes, part) ? "share" : undefined;
  }

  #exceeds(messages: number, bytes: number, part: number): boolean {
    const { mailMessages, mailBytes } = this.#limits;
    // A share allows at least one message, whatever its length.
    return mailMessages > 0 && messages > Math.max(1, mailMessages * part) ||
      mailBytes > 0 && bytes > mailBytes * part && messages > 1;
  }
}

function plus(usage: MailUsage = { messages: 0, bytes: 0 }, bytes: number): MailUsage {
  return { messages: usage.messages + 1, bytes: usage.bytes + bytes };
}
