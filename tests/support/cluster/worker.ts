// A worker with all stores of a database, and the things that exist in it by number.
import { type Account, AccountStore } from "../../../lib/store/accounts.ts";
import { AuditStore } from "../../../lib/store/audit.ts";
import { type Channel, ChannelStore } from "../../../lib/store/channels.ts";
import type { Database } from "../../../lib/store/database.ts";
import { GroupStore } from "../../../lib/store/groups.ts";
import { InviteStore } from "../../../lib/store/invites/invites.ts";
import { VisitStore } from "../../../lib/store/lesson/visits.ts";
import { MessageStore, type NewMessage } from "../../../lib/store/messages.ts";
import { ReadMarkStore } from "../../../lib/store/page/read_marks.ts";
import { WebSessionStore } from "../../../lib/store/page/web_sessions.ts";
import { SanctionStore } from "../../../lib/store/sanctions.ts";

/** Works on a database through its stores. */
export class Worker {
  readonly database: Database;
  readonly accounts: AccountStore;
  readonly channels: ChannelStore;
  readonly groups: GroupStore;
  readonly messages: MessageStore;
  readonly sanctions: SanctionStore;
  readonly audit: AuditStore;
  readonly invites: InviteStore;
  readonly visits: VisitStore;
  readonly sessions: WebSessionStore;
  readonly marks: ReadMarkStore;
  /** Also the clock: each piece of work takes a millisecond. */
  done = 0;

  constructor(database: Database) {
    this.database = database;
    this.accounts = new AccountStore(database);
    this.channels = new ChannelStore(database);
    this.groups = new GroupStore(database);
    this.messages = new MessageStore(database);
    this.sanctions = new SanctionStore(database);
    this.audit = new AuditStore(database);
    this.invites = new InviteStore(database);
    this.visits = new VisitStore(database);
    this.sessions = new WebSessionStore(database);
    this.marks = new ReadMarkStore(database);
  }

  /** A time that work with the same number has too. */
  get now(): number {
    return Date.UTC(2026, 0, 1) + this.done;
  }

  account(n: number): Account | undefined {
    const all = this.accounts.list();
    return all[n % all.length];
  }

  channel(n: number): Channel {
    const all = this.channels.list();
    return all[n % all.length]!;
  }

  write(a: number, b: number, more: Partial<NewMessage>): void {
    const sender = this.account(a);
    this.messages.append([{
      sentAt: this.now,
      subtype: "global",
      sender: sender?.name ?? `guest${a}`,
      senderAccount: sender?.id ?? null,
      recipient: null,
      recipientAccount: null,
      channel: this.channel(b).name,
      content: `message ${this.done} é`.repeat(1 + a % 3),
      extra: b % 5 === 0 ? '{"x":1.50}' : null,
      ...more,
    }]);
  }
}
