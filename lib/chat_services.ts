// Puts together what the chat works with: stores over the database, and those who own state in memory.
import { Accounts } from "./auth/accounts.ts";
import type { PasswordPool } from "./auth/password_pool.ts";
import { Throttle } from "./auth/throttle.ts";
import { BanList } from "./chat/ban_list.ts";
import { Channels } from "./chat/channels.ts";
import { createDelivery } from "./chat/delivery.ts";
import { Mailbox } from "./chat/mail.ts";
import { createLocalLog } from "./chat/message_log.ts";
import type { ServerObserver } from "./chat/observer.ts";
import { Roster } from "./chat/roster.ts";
import type { ChannelRules, ChatLimits, Services } from "./chat/services.ts";
import { chooseLanguage, Texts } from "./chat/texts/catalogue.ts";
import type { Config } from "./ops/config/schema.ts";
import { nameKey } from "./protocol/names.ts";
import { AccountStore } from "./store/accounts.ts";
import { AuditStore } from "./store/audit.ts";
import { ChannelStore } from "./store/channels.ts";
import type { Database } from "./store/database.ts";
import { HistoryStore } from "./store/history.ts";
import { MailStore } from "./store/mail.ts";
import { MessageStore } from "./store/messages.ts";
import { SanctionStore } from "./store/sanctions.ts";
import { transact } from "./store/transaction.ts";

/** What can be measured of the chat. */
export interface ChatGauges {
  readonly users: () => { guest: number; member: number };
  readonly channels: () => number;
  readonly mailWaiting: () => number;
}

/** What the services are made from. */
export interface ServiceParts {
  readonly config: Config;
  readonly database: Database;
  readonly pool: PasswordPool;
  /** Makes the observer, given what it may measure. */
  readonly observe: (gauges: ChatGauges) => ServerObserver;
}

/** Makes the services of a chat that nobody has joined yet. */
export function createServices({ config, database, pool, observe }: ServiceParts): Services {
  const now = Date.now;
  const accountStore = new AccountStore(database);
  const roster = new Roster((key) => accountStore.findByKey(key) !== undefined);
  const channelStore = new ChannelStore(database);
  const channels = new Channels(channelStore, now());
  channels.configure(config.channel, now());
  const sanctions = new SanctionStore(database);
  const mailStore = new MailStore(database);
  const observer = observe({
    users: () => countUsers(roster),
    channels: () => channels.size,
    mailWaiting: () => mailStore.count(),
  });
  return {
    accounts: new Accounts({
      store: accountStore,
      pool,
      throttle: new Throttle(() => performance.now()),
      passwordMin: config.auth.password_min,
      registration: config.auth.registration,
      now,
    }),
    accountStore,
    roster,
    log: createLocalLog({
      store: new MessageStore(database),
      listener: createDelivery({ roster, channels }, observer),
      isOnline: (name, accountId) => roster.find(nameKey(name))?.accountId === accountId,
    }),
    observer,
    channels,
    expulsions: channelStore,
    history: new HistoryStore(database),
    mail: new Mailbox(mailStore, observer),
    sanctions,
    banList: new BanList(() => sanctions.bans(now())),
    audit: new AuditStore(database),
    atomically: (work) => transact(database, work),
    sessions: new Set(),
    texts: new Texts(chooseLanguage(config.server.language, Deno.env.toObject())),
    channelRules: channelRules(config),
    limits: chatLimits(config),
    guests: config.auth.guests,
    now,
  };
}

/** The rules about channels, as configured. */
export function channelRules({ channels }: Config): ChannelRules {
  return {
    create: channels.create,
    max: channels.max,
    perUser: channels.per_user,
    perMaker: channels.per_maker,
  };
}

const REPLY_MAX_BYTES = 512 * 1024;

/** The bounds of the chat, as configured. */
export function chatLimits({ limits }: Config): ChatLimits {
  // A reply leaves room in the outbox for what others say.
  const half = limits.outbox_bytes === 0 ? Infinity : limits.outbox_bytes / 2;
  return {
    lineBytes: limits.line_bytes,
    contentBytes: limits.content_bytes,
    replyBytes: Math.min(REPLY_MAX_BYTES, half),
    requests: { perSecond: limits.messages_per_second, burst: limits.burst },
    malformedPerMinute: limits.malformed_per_minute,
    unjoinedSeconds: limits.unjoined_seconds,
  };
}

function countUsers(roster: Roster): { guest: number; member: number } {
  let guest = 0;
  let member = 0;
  for (const { accountId } of roster.users) accountId === null ? guest++ : member++;
  return { guest, member };
}
