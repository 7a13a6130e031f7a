// The stream of the log: its name, its settings, and how it is created.
import type { NatsConnection } from "@nats-io/transport-node";
import type { LogRange } from "../copies/place_check.ts";
import { NotYetThere } from "../doubt.ts";
import { NatsUnusable } from "./errors.ts";
import { codeOf, JetStream, JS_CODES, type StreamInfo } from "./jetstream.ts";

/** How the log is kept. */
export interface StreamOptions {
  /** The name of the cluster: letters, digits, `-` and `_`. */
  readonly cluster: string;
  /** How many servers keep the log: 1 or 3. */
  readonly replicas: 1 | 3;
  /** How many days the log goes back. */
  readonly days: number;
  /**
   * Returns the identity for a log that does not exist. The default is a random one.
   *
   * @throws {NotYetThere} To look again later. All other errors end opening the log.
   */
  readonly propose?: () => string;
  /** Called with each error that is tried again or ignored, for the operator. */
  readonly troubled?: (error: unknown) => void;
}

/** The name of the stream and of its subject. */
export interface StreamNames {
  readonly stream: string;
  readonly subject: string;
}

/** Returns the names for a cluster. @throws {NatsUnusable} If the name of the cluster is not valid. */
export function streamNames(cluster: string): StreamNames {
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(cluster)) {
    throw new NatsUnusable(
      `cluster.name: expected up to 32 letters, digits, "-" and "_", got ${
        JSON.stringify(cluster)
      }`,
    );
  }
  return { stream: `classcord-${cluster}`, subject: `classcord.${cluster}.log` };
}

/** Errors of servers that have just started: JetStream is not available yet, or not enough servers are. */
const STARTING: ReadonlySet<number> = new Set([JS_CODES.tooFewServers, 10_008]);
/** JetStream is not enabled, for the account or at all. */
const DISABLED: ReadonlySet<number> = new Set([10_039, 10_076]);

/** The key of the identity in the metadata of the stream. */
const IDENTITY = "classcord-identity";
const DAY_NS = 86_400_000_000_000;

/**
 * Opens the log, and creates it if it does not exist. When nodes do this at the same time, one of them creates it. A log
 * that is kept otherwise than the options say is changed, if the servers can.
 *
 * @throws {NatsUnusable} If the stream of that name is not a log of ClassCord, or JetStream refuses to create it.
 * @throws {NothingProposed}
 * @throws The error of a call without an answer, or of servers that are not ready yet.
 */
export async function openStream(
  connection: NatsConnection,
  options: StreamOptions,
): Promise<LogRange> {
  const { stream } = streamNames(options.cluster);
  const jetstream = new JetStream(connection);
  try {
    const found = await jetstream.info(stream);
    const range = rangeOf(found);
    await adjust(jetstream, found, options);
    return range;
  } catch (error) {
    if (DISABLED.has(codeOf(error) ?? 0)) {
      const text = (error as Error).message;
      throw new NatsUnusable(
        `NATS: ${text}. Enable JetStream in the configuration of nats-server.`,
      );
    }
    if (codeOf(error) !== JS_CODES.streamNotFound) throw error;
  }
  const created = settings(options, proposed(options));
  try {
    return rangeOf(await jetstream.call(`STREAM.CREATE.${stream}`, created));
  } catch (error) {
    const code = codeOf(error);
    if (code === JS_CODES.streamExists) return rangeOf(await jetstream.info(stream));
    if (code === undefined || STARTING.has(code)) throw error;
    throw new NatsUnusable(`NATS refused to create the log: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** No identity can be proposed. The cause says why. */
export class NothingProposed extends Error {
  override readonly name = "NothingProposed";
}

function proposed({ propose = () => crypto.randomUUID() }: StreamOptions): string {
  try {
    return propose();
  } catch (cause) {
    if (cause instanceof NotYetThere) throw cause;
    throw new NothingProposed("the log cannot be created", { cause });
  }
}

/** Changes a log after an administrator has changed the settings. */
async function adjust(
  jetstream: JetStream,
  { config }: StreamInfo,
  options: StreamOptions,
): Promise<void> {
  const wanted = changeable(options);
  if (config.num_replicas === wanted.num_replicas && config.max_age === wanted.max_age) return;
  try {
    await jetstream.call(`STREAM.UPDATE.${config.name}`, { ...config, ...wanted });
  } catch (error) {
    // For example, too few servers run at the moment. The log works as it is.
    options.troubled?.(error);
  }
}

function changeable({ replicas, days }: StreamOptions) {
  return { num_replicas: replicas, max_age: days * DAY_NS };
}

function settings(options: StreamOptions, identity: string): object {
  const { stream, subject } = streamNames(options.cluster);
  return {
    name: stream,
    subjects: [subject],
    storage: "file",
    retention: "limits",
    discard: "old",
    ...changeable(options),
    // A hole in the middle would stop all copies. Purging from the beginning stays possible.
    deny_delete: true,
    metadata: { [IDENTITY]: identity },
  };
}

/** Returns the identity and the sequences of a stream. @throws {NatsUnusable} If it is no log of ClassCord. */
export function rangeOf({ config, state }: StreamInfo): LogRange {
  const identity = config.metadata?.[IDENTITY];
  if (identity === undefined) {
    throw new NatsUnusable(
      `The stream ${config.name} was not created by ClassCord. Choose another cluster.name.`,
    );
  }
  return { identity, first: state.first_seq, last: state.last_seq };
}
