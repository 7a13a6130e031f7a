// How much mail may wait for one account, and how much of it may be of one sender.
import type { MailStore, MailUsage } from "../../store/mail.ts";

/** The bounds; 0 means none. */
export interface MailLimits {
  readonly mailMessages: number;
  /** Of contents and other members. */
  readonly mailBytes: number;
}

/** A message that is to wait. */
export interface Letter {
  readonly accountId: number;
  /** The account of the sender; `null` for guests. */
  readonly sender: number | null;
  readonly bytes: number;
}

/** Which bound a letter passes: that of the account, or that of its sender. */
export type MailRefusal = "full" | "share";

// Nobody fills the letter box of another alone. All guests together are one sender of two shares.
const SHARES = 4;
const GUEST_SHARES = 2;
/** A letter box that was found full is looked into again after so long: messages are deleted, too. */
const FULL_MS = 10_000;
const BOXES_MAX = 1_000;

/** What is known of a letter box. */
interface Box {
  readonly bySender: Map<number | null, MailUsage>;
  readonly readAt: number;
}

/** Knows how much waits for whom, so that not each message has to be counted anew. */
export class MailQuota {
  readonly #store: Pick<MailStore, "usage">;
  readonly #limits: MailLimits;
  readonly #now: () => number;
  readonly #boxes = new Map<number, Box>();

  /**
   * @param limits Read at every use.
   * @param now A clock in milliseconds that only goes forward.
   */
  constructor(store: Pick<MailStore, "usage">, limits: MailLimits, now: () => number) {
    this.#store = store;
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts a letter in. @returns Why not, where there is no room for it. */
  add(letter: Letter): MailRefusal | undefined {
    let box = this.#boxes.get(letter.accountId) ?? this.#read(letter.accountId);
    let refusal = this.#refusal(box, letter);
    if (refusal !== undefined && this.#now() - box.readAt >= FULL_MS) {
      box = this.#read(letter.accountId);
      refusal = this.#refusal(box, letter);
    }
    if (refusal !== undefined) return refusal;
    box.bySender.set(letter.sender, plus(box.bySender.get(letter.sender), letter.bytes));
    return undefined;
  }

  /** Forgets what is known of an account's letter box: some of it was delivered, or came back. */
  changed(accountId: number): void {
    this.#boxes.delete(accountId);
  }

  #read(accountId: number): Box {
    if (this.#boxes.size >= BOXES_MAX) this.#boxes.clear();
    const box = { bySender: this.#store.usage(accountId), readAt: this.#now() };
    this.#boxes.set(accountId, box);
    return box;
  }

  #refusal({ bySender }: Box, { sender, bytes }: Letter): MailRefusal | undefined {
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
    // A share holds one message at least, however long it is.
    return mailMessages > 0 && messages > Math.max(1, mailMessages * part) ||
      mailBytes > 0 && bytes > mailBytes * part && messages > 1;
  }
}

function plus(usage: MailUsage = { messages: 0, bytes: 0 }, bytes: number): MailUsage {
  return { messages: usage.messages + 1, bytes: usage.bytes + bytes };
}
