// The settings in force, and the one holder of them. Whoever reads a setting that may change is handed
// one of the views below, and finds there what a reload has put into it.
import type { AccountRules } from "../auth/accounts.ts";
import type { AddressLimits } from "../chat/limits/address_limit.ts";
import type { ChannelRules, ChatLimits } from "../chat/services.ts";
import { chooseLanguage, Texts } from "../chat/texts/catalogue.ts";
import { addressMatcher } from "../net/address.ts";
import type { AdmissionLimits } from "../net/admission.ts";
import type { ConnectionLimits } from "../net/connection.ts";
import { LOCAL_ADDRESS } from "../net/unix_listener.ts";
import type { RetentionDays } from "../ops/data/retention.ts";
import { buildConfig, type Config } from "../ops/config/schema.ts";

/** What a new configuration changed. Settings by name, such as `limits.burst`. */
export interface ChangedSettings {
  /** Settings that count from now on. */
  readonly changed: readonly string[];
  /** Settings that differ from those in force, and count from the next start on. */
  readonly needsRestart: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Holds the settings in force. */
export class LiveSettings {
  /** Bounds on what a connection may ask; read at every use. */
  readonly limits: ChatLimits;
  /** Bounds on what the connections of one address ask together; read at every use. */
  readonly addresses: AddressLimits;
  /** Bounds of the connections that come. */
  readonly connections: ConnectionLimits;
  /** How many connections may be open. */
  readonly admission: AdmissionLimits;
  /** The rules about making and joining channels. */
  readonly channelRules: ChannelRules;
  /** How long what is kept is kept. */
  readonly retention: RetentionDays;
  /** The rules about accounts. */
  readonly accounts: AccountRules;
  #config: Config;
  #texts: Texts;
  #mayScrape: (address: string) => boolean;
  #isShared: (address: string) => boolean;
  #mayLogInClear: (address: string) => boolean;
  readonly #environment: Environment;
  readonly #mostConnections: number;

  /**
   * @param config The settings at the start.
   * @param environment Its locale counts where the language is not set.
   * @param mostConnections What the system allows, whatever `limits.connections` says.
   */
  constructor(config: Config, environment: Environment, mostConnections = Infinity) {
    this.#config = config;
    this.#environment = environment;
    this.#mostConnections = mostConnections;
    this.#texts = new Texts(chooseLanguage(config.server.language, environment));
    this.#mayScrape = addressMatcher(config.metrics.scrape_from);
    this.#isShared = addressMatcher(config.limits.shared);
    this.#mayLogInClear = clearLogins(config);
    this.limits = chatLimits(config);
    this.addresses = addressLimits(config);
    this.connections = connectionLimits(config);
    this.admission = admissionLimits(config, mostConnections);
    this.channelRules = channelRules(config);
    this.retention = retentionDays(config);
    this.accounts = accountRules(config);
  }

  /** The settings in force. */
  get config(): Config {
    return this.#config;
  }

  /** What people are told, in the language that is set. */
  get texts(): Texts {
    return this.#texts;
  }

  /** Whether an address may read the metrics. */
  readonly mayScrape = (address: string): boolean => this.#mayScrape(address);

  /** Whether many people share an address. */
  readonly isShared = (address: string): boolean => this.#isShared(address);

  /** Whether passwords in clear are taken from an address. */
  readonly mayLogInClear = (address: string): boolean => this.#mayLogInClear(address);

  /** Puts a configuration in force, as far as that goes without a restart. */
  apply(next: Config): ChangedSettings {
    const before = this.#config;
    const changed: string[] = [];
    const needsRestart: string[] = [];
    const built = buildConfig(({ section, key, setting }) => {
      const [old, wanted] = [valueOf(before, section, key), valueOf(next, section, key)];
      if (JSON.stringify(old) === JSON.stringify(wanted)) return old;
      (setting.restart ? needsRestart : changed).push(`${section}.${key}`);
      return setting.restart ? old : wanted;
    });
    if (JSON.stringify(before.channel) !== JSON.stringify(next.channel)) changed.push("channel");
    this.#config = { ...built, channel: next.channel };
    this.#texts = new Texts(chooseLanguage(this.#config.server.language, this.#environment));
    this.#mayScrape = addressMatcher(this.#config.metrics.scrape_from);
    this.#isShared = addressMatcher(this.#config.limits.shared);
    this.#mayLogInClear = clearLogins(this.#config);
    const { requests, ...limits } = chatLimits(this.#config);
    Object.assign(this.limits.requests, requests);
    Object.assign(this.limits, limits);
    const { requests: shared, joins, ...address } = addressLimits(this.#config);
    Object.assign(this.addresses.requests, shared);
    Object.assign(this.addresses.joins, joins);
    Object.assign(this.addresses, address);
    Object.assign(this.connections, connectionLimits(this.#config));
    Object.assign(this.admission, admissionLimits(this.#config, this.#mostConnections));
    Object.assign(this.retention, retentionDays(this.#config));
    Object.assign(this.channelRules, channelRules(this.#config));
    Object.assign(this.accounts, accountRules(this.#config));
    return { changed, needsRestart };
  }
}

function valueOf(config: Config, section: string, key: string): unknown {
  return (config as unknown as Record<string, Record<string, unknown>>)[section]?.[key];
}

function clearLogins({ tls }: Config): (address: string) => boolean {
  if (!tls.require_for_login) return () => true;
  const matches = addressMatcher([...LOOPBACK, ...tls.clear_login_from]);
  return (address) => address === LOCAL_ADDRESS || matches(address);
}

const LOOPBACK = ["127.0.0.0/8", "::1"];
// About 200 messages of 600 bytes. Reading and writing as much takes some milliseconds.
const REPLY_MAX_BYTES = 128 * 1024;

function chatLimits({ limits }: Config): ChatLimits {
  // A reply leaves room in the outbox for what others say.
  const half = limits.outbox_bytes === 0 ? Infinity : limits.outbox_bytes / 2;
  return {
    replyBytes: Math.min(REPLY_MAX_BYTES, half),
    lineBytes: limits.line_bytes,
    contentBytes: limits.content_bytes,
    requests: { perSecond: limits.messages_per_second, burst: limits.burst },
    malformedPerMinute: limits.malformed_per_minute,
    unjoinedSeconds: limits.unjoined_seconds,
    mailMessages: limits.mail_messages,
    mailBytes: limits.mail_bytes,
  };
}

function connectionLimits({ limits }: Config): ConnectionLimits {
  return {
    lineBytes: limits.line_bytes,
    outboxBytes: limits.outbox_bytes,
    bytesPerSecond: limits.bytes_per_second,
    bytesBurst: limits.bytes_burst,
  };
}

// An address may do what many of its connections may do at once, but less of it for long. In a lesson a pupil uses
// a tenth of what a connection may: see `chat/cost.ts`. Where few connections are allowed, they share nothing.
const ADDRESS = {
  /** Requests for long, as a share of those of all its connections, and for how many at least. */
  requests: 1 / 4,
  least: 10,
  /** Bytes for long, in those of one connection. */
  bytes: 8,
  /** Joins at once for each connection, and seconds until as many have come back. */
  joins: 2,
  joinSeconds: 80,
};

function addressLimits({ limits }: Config): AddressLimits {
  const connections = limits.connections_per_address || limits.connections;
  const { least } = ADDRESS;
  const perSecond = limits.messages_per_second *
    Math.max(connections * ADDRESS.requests, Math.min(connections, least));
  const joins = ADDRESS.joins * (connections === 0 ? 0 : Math.max(connections, 2 * least));
  return {
    requests: { perSecond, burst: limits.burst * connections },
    joins: { perSecond: joins / ADDRESS.joinSeconds, burst: joins },
    tokensPerByte: limits.bytes_per_second === 0
      ? 0
      : perSecond / (limits.bytes_per_second * ADDRESS.bytes),
  };
}

function admissionLimits({ limits }: Config, most: number): AdmissionLimits {
  const wanted = limits.connections === 0 ? Infinity : limits.connections;
  const connections = Math.min(wanted, most);
  return {
    connections: connections === Infinity ? 0 : connections,
    connectionsPerAddress: limits.connections_per_address,
  };
}

function channelRules({ channels }: Config): ChannelRules {
  return {
    create: channels.create,
    max: channels.max,
    perUser: channels.per_user,
    perMaker: channels.per_maker,
  };
}

function retentionDays({ store }: Config): RetentionDays {
  return { retention_days: store.retention_days, audit_days: store.audit_days };
}

function accountRules({ auth }: Config): AccountRules {
  return { passwordMin: auth.password_min, registration: auth.registration };
}
