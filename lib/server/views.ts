// Converts the settings of the file to what the parts of the server read.
import type { AccountRules } from "../auth/accounts.ts";
import type { AddressLimits } from "../chat/limits/address_limit.ts";
import type { PolicyParts } from "../chat/lesson/private_policy.ts";
import type { ChannelRules, ChatLimits, StayRules } from "../chat/services.ts";
import { addressMatcher } from "../net/address.ts";
import type { AdmissionLimits } from "../net/admission.ts";
import type { ConnectionLimits } from "../net/connection.ts";
import { LOCAL_ADDRESS } from "../net/unix_listener.ts";
import type { Config } from "../ops/config/schema.ts";
import type { RetentionDays } from "../ops/data/retention.ts";
import type { WebRules } from "../web/rules.ts";

/** The rules for addresses. */
export interface AddressRules {
  /** Whether an address may read the metrics. */
  readonly mayScrape: (address: string) => boolean;
  /** Whether several people share an address. */
  readonly isShared: (address: string) => boolean;
  /** Whether plaintext passwords are accepted from an address. */
  readonly mayLogInClear: (address: string) => boolean;
}

/**
 * Each view, with the function that makes it from a configuration. `most` is the number of connections that the
 * system allows.
 */
const VIEWS = {
  /** Limits on the requests of a connection. */
  limits: chatLimits,
  /** Limits on the requests of all connections of an address. */
  addresses: addressLimits,
  /** Limits of each connection. */
  connections: connectionLimits,
  /** Limits on the number of open connections. */
  admission: admissionLimits,
  /** The rules for creating and joining channels. */
  channelRules,
  /** How long messages and the audit log are kept. */
  retention: retentionDays,
  /** The rules of lessons. */
  lesson: lessonRules,
  /** The rules for accounts. */
  accounts: accountRules,
  /** How long pages stay signed in, and how long users linger. */
  stay: stayRules,
  /** The rules for addresses. */
  access: addressRules,
  /** The rules for browsers. */
  web: webRules,
} satisfies Record<string, (config: Config, most: number) => object>;

/**
 * What the parts of the server read. They must read it at every use, because a reload changes the members in
 * place.
 */
export type Views = { readonly [V in keyof typeof VIEWS]: ReturnType<typeof VIEWS[V]> };

/**
 * Makes the views of a configuration.
 *
 * @param most The number of connections that the system allows, whatever `limits.connections` says.
 */
export function viewsOf(config: Config, most: number): Views {
  const made = Object.entries(VIEWS).map(([name, make]) => [name, make(config, most)]);
  return Object.fromEntries(made);
}

/** Copies the values of the next configuration's views into the views that the parts of the server hold. */
export function refill(held: Views, next: Views): void {
  for (const name of Object.keys(VIEWS) as (keyof Views)[]) assign(held[name], next[name]);
}

// Records inside a view, such as the rate of requests, are changed in place too, because parts may hold them.
function assign(held: object, next: object): void {
  for (const [key, value] of Object.entries(next)) {
    if (isRecord(value)) assign(Reflect.get(held, key), value);
    else Reflect.set(held, key, value);
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

const LOOPBACK = ["127.0.0.0/8", "::1"];

function addressRules(config: Config): AddressRules {
  return {
    mayScrape: addressMatcher(config.metrics.scrape_from),
    isShared: addressMatcher(config.limits.shared),
    mayLogInClear: clearLogins(config),
  };
}

function clearLogins({ tls }: Config): (address: string) => boolean {
  if (!tls.require_for_login) return () => true;
  const matches = addressMatcher([...LOOPBACK, ...tls.clear_login_from]);
  return (address) => address === LOCAL_ADDRESS || matches(address);
}

// About 200 messages of 600 bytes. Reading and writing them takes a few milliseconds.
const REPLY_MAX_BYTES = 128 * 1024;

function chatLimits({ limits }: Config): ChatLimits {
  // A reply leaves room in the outbox for lines from others.
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

// An address may do at once what many of its connections may do, but less of it over time. In a lesson a pupil
// uses a tenth of what a connection may use: see `chat/limits/cost.ts`. If few connections are allowed, none has
// to share.
const ADDRESS = {
  /**
   * The steady rate of requests as a share of that of all its connections, and the minimum number of connections.
   */
  requests: 1 / 4,
  least: 10,
  /** The steady rate of bytes, as a multiple of that of one connection. */
  bytes: 8,
  /** Joins at once for each connection, and seconds until the same number is available again. */
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
  const { retention_days, audit_days, attendance_days } = store;
  return { retention_days, audit_days, attendance_days };
}

function lessonRules({ chat }: Config): PolicyParts["rules"] {
  return { privateMessages: chat.private_messages };
}

function accountRules({ auth }: Config): AccountRules {
  return { passwordMin: auth.password_min };
}

function stayRules({ web }: Config): StayRules {
  return {
    sessionDays: web.session_days,
    lingerSeconds: web.linger_seconds,
    className: web.class_name,
  };
}

function webRules({ web }: Config): WebRules {
  return {
    enabled: web.enabled,
    isProxy: addressMatcher(web.proxies),
    origins: new Set(web.origins.map((origin) => origin.toLowerCase())),
    hosts: new Set(web.hosts.map((host) => host.toLowerCase())),
    hsts: web.hsts,
    className: web.class_name,
  };
}
