// Builds the services of the chat: stores over the database, and the owners of state in memory.
import { Accounts, type AccountsOptions } from "../auth/accounts.ts";
import { Throttle, type ThrottleOptions } from "../auth/throttle.ts";
import { WrongTokens } from "../auth/tokens.ts";
import { AddressLimit } from "../chat/limits/address_limit.ts";
import { RegistrationWindows } from "../chat/invites/windows.ts";
import { ReplyFlow } from "../chat/limits/reply_flow.ts";
import { BanList } from "../chat/moderation/ban_list.ts";
import { reportGuessing } from "../chat/moderation/staff.ts";
import { GuestMarks } from "../chat/conversation/guest_marks.ts";
import { Channels } from "../chat/presence/channels.ts";
import { createDirectoryLogins, type DirectoryLoginParts } from "./directory/logins.ts";
import { createLesson } from "./lesson.ts";
import { createDelivery } from "../chat/delivery/delivery.ts";
import { type Commit, Outputs } from "../chat/delivery/outputs.ts";
import { Mailbox } from "../chat/delivery/mailbox.ts";
import { createLocalLog } from "../chat/delivery/message_log.ts";
import type { ServerObserver } from "../chat/observer.ts";
import type { Operations } from "../chat/operations.ts";
import { GuestTokens } from "../chat/presence/guest_tokens.ts";
import { Lingering } from "../chat/presence/lingering.ts";
import { Roster } from "../chat/presence/roster.ts";
import type { User } from "../chat/presence/session.ts";
import { Sessions } from "../chat/presence/sessions.ts";
import type { Services } from "../chat/services.ts";
import { UnsentNotices } from "../chat/delivery/unsent.ts";
import { isReached, Windows } from "../chat/delivery/windows.ts";
import type { ChatAddresses } from "./chat_ports.ts";
import type { LiveSettings } from "./live_settings.ts";
import { pageAddress } from "./page_address.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import type { StorageWatch } from "../ops/data/storage_watch.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { Turns } from "../net/turns/turns.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { type Clock, steadyClock, systemClock } from "../ops/background.ts";
import { nameKey } from "../protocol/names.ts";
import { DirectoryAccountStore } from "../store/school/directory_accounts.ts";
import { AccountStore } from "../store/accounts.ts";
import { AuditStore } from "../store/audit.ts";
import { ChannelStore } from "../store/channels.ts";
import type { Database } from "../store/database.ts";
import { GroupStore } from "../store/groups.ts";
import { HistoryStore } from "../store/history.ts";
import { InviteStore } from "../store/invites/invites.ts";
import { KnownNetworkStore } from "../store/known_networks.ts";
import { MailStore } from "../store/mail.ts";
import { MessageStore } from "../store/messages.ts";
import { ReadMarkStore } from "../store/page/read_marks.ts";
import { WebSessionStore } from "../store/page/web_sessions.ts";
import { SchoolStore } from "../store/school/apply.ts";
import { PersonalDataStore } from "../store/personal_data.ts";
import { RegistrationWindowStore } from "../store/invites/registration_windows.ts";
import { SanctionStore } from "../store/sanctions.ts";
import type { Searcher } from "../store/search/searcher.ts";
import { transact } from "../store/transaction.ts";
import { VERSION } from "../version.ts";

/** What the services are made from. */
export interface ServiceParts extends Pick<DirectoryLoginParts, "desk"> {
  readonly settings: LiveSettings;
  readonly database: Database;
  readonly pool: AccountsOptions["pool"];
  /** Receives the events of the chat. */
  readonly observer: ServerObserver;
  /** The server as a whole, for operators. */
  readonly operations: Operations;
  readonly search: Searcher;
  /** Runs a function after timers, accepts and reads. */
  readonly later: Later;
  /** Whether new data can be stored. */
  readonly storage: Pick<StorageWatch, "refusal" | "refuseLost">;
  /** For failures to record data that do not stop the chat. */
  readonly log: Pick<Log, "write">;
  /** The addresses of the chat. */
  readonly addresses: ChatAddresses;
  /** Stores messages. The default is the database. */
  readonly messages?: Pick<MessageStore, "append">;
  /** Commits each turn before its output leaves. By default the database has committed it already. */
  readonly commit?: Commit | undefined;
  /** See `Services`. Without a cluster, there are no nodes. */
  readonly nodeOf?: Services["nodeOf"] | undefined;
  /** The counts of wrong passwords, which the nodes of a cluster share. */
  readonly guessing?: Pick<ThrottleOptions, "counts" | "counted">;
  /** Whether no request should be served before the next turn is committed. */
  readonly isHeldUp?: (() => boolean) | undefined;
  /** The time of day and timers. The default is the machine's. */
  readonly clock?: Clock;
  /** A monotonic clock for waits and rates. The default is the machine's. */
  readonly steady?: Clock;
}

/** Creates the services of a chat without users. */
export function createServices(parts: ServiceParts): Services {
  const { settings, database, observer, storage } = parts;
  const { clock = systemClock, steady = steadyClock } = parts;
  const { now } = clock;
  const unrecorded = (what: string, error: unknown) =>
    parts.log.write("error", "ERREUR", `${what} failed and was skipped: ${errorText(error)}`);
  const accountStore = new AccountStore(database);
  const sessions = new Sessions(parts.commit !== undefined);
  const changed = (user: User) => sessions.touchUser(user);
  const guestTokens = new GuestTokens(steady.now, changed);
  const roster = new Roster(
    (key) => accountStore.findByKey(key) !== undefined,
    (key) => guestTokens.keeps(key),
    changed,
  );
  const history = new HistoryStore(database);
  const channelStore = new ChannelStore(database);
  const channels = new Channels(channelStore, now(), changed);
  try {
    transact(database, () => channels.configure(settings.config.channel, now()));
  } catch (error) {
    // The disk may be full. Members can still log in and read.
    unrecorded("setting up the configured channels", error);
  }
  const sanctions = new SanctionStore(database);
  const mailStore = new MailStore(database);
  const lesson = createLesson({ ...parts, clock, steady });
  const messages = parts.messages ?? new MessageStore(database);
  const mail = new Mailbox({
    store: mailStore,
    observer,
    limits: settings.limits,
    changed: (those) => sessions.touch(those),
  });
  const texts = () => settings.texts;
  const told = { timers: clock, texts, now };
  const unsent = new UnsentNotices(told);
  const gathering = { count: () => log.gathered, later: parts.later, now: steady.now };
  const outputs = new Outputs(parts.commit, gathering);
  const log = createLocalLog({
    store: {
      append(batch) {
        // A file that was deleted still accepts writes, but they would be lost with it.
        storage.refuseLost();
        return messages.append(batch);
      },
    },
    listener: createDelivery({
      audiences: { roster, channels, mail, sessions, outputs },
      observer,
      texts,
      unsent,
      lastMessages: lesson.lastMessages,
    }),
    isReached(name, accountId) {
      const user = roster.find(nameKey(name));
      return user?.accountId === accountId && isReached(user);
    },
    listeners: () => roster.sessions.size,
    after: clock.after,
    beforeEnd: (run) => outputs.beforeEnd(run),
  });
  const isFull = () => log.full || outputs.full || parts.isHeldUp?.() === true;
  const turns = new Turns({ isFull, later: parts.later });
  const staff = { accountStore, roster, log, observer, texts, now };
  const throttle = new Throttle({
    clock: steady,
    ...parts.guessing,
    guessed: (key, network, failures) => reportGuessing({ key, network, failures }, staff),
  });
  const directory = createDirectoryLogins(parts, () => services, steady.now);
  const services: Services = {
    directory,
    directoryAccounts: new DirectoryAccountStore(database),
    accounts: new Accounts({
      directory,
      store: accountStore,
      networks: new KnownNetworkStore(database),
      pool: parts.pool,
      throttle,
      rules: settings.accounts,
      unrecorded: (error) => unrecorded("noting a login", error),
      now,
    }),
    accountStore,
    accountChanges: accountStore,
    groups: new GroupStore(database),
    school: new SchoolStore(database),
    roster,
    log,
    outputs,
    observer,
    operations: parts.operations,
    nodeOf: parts.nodeOf ?? (() => undefined),
    channels,
    expulsions: channelStore,
    personalData: new PersonalDataStore(database),
    history,
    webSessions: new WebSessionStore(database),
    guestTokens,
    wrongTokens: new WrongTokens(steady.now),
    lingering: new Lingering({ after: clock.after, settings: settings.stay, changed }),
    readMarks: new ReadMarkStore(database),
    guestMarks: new GuestMarks(() => history.lastId(), changed),
    lesson,
    web: settings.stay,
    greeting: () => ({
      version: VERSION,
      ...settings.accounts,
      tlsPort: parts.addresses.tls?.port,
    }),
    search: parts.search,
    mail,
    windows: new Windows({ mail, sessions, ...told }),
    unsent,
    sanctions,
    banList: new BanList(() => sanctions.bans(now())),
    audit: new AuditStore(database),
    atomically: (work) => transact(database, work),
    sessions,
    get texts() {
      return settings.texts;
    },
    channelRules: settings.channelRules,
    limits: settings.limits,
    addressLimit: new AddressLimit(settings.addresses, steady),
    replyFlow: new ReplyFlow(steady),
    turns,
    refusesPassword(peer) {
      if (peer.secure || settings.access.mayLogInClear(peer.address)) return undefined;
      return clearPassword(parts.addresses.tls?.port);
    },
    get accountAdmin() {
      return settings.config.admin.accounts;
    },
    refusesStoring: () => storage.refusal,
    get guests() {
      return settings.config.auth.guests;
    },
    get registration() {
      return settings.config.auth.registration;
    },
    invites: new InviteStore(database),
    wrongCodes: new WrongTokens(steady.now),
    registrationWindows: new RegistrationWindows(new RegistrationWindowStore(database), now),
    pageAddress: () => pageAddress({ config: settings.config, addresses: parts.addresses }),
    now,
  };
  return services;
}

function clearPassword(port: number | undefined): ProtocolError {
  if (port === undefined) return new ProtocolError("forbidden", { reason: "clear_password" });
  return new ProtocolError("forbidden", { reason: "clear_password_port", places: { port } });
}
