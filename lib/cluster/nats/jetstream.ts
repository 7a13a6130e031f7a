// The few calls of JetStream that the log needs, each with a short time limit.
import { headers, type NatsConnection } from "@nats-io/transport-node";

/** JetStream answered a call with an error. */
export class JetStreamError extends Error {
  override readonly name = "JetStreamError";

  /** @param code JetStream's number of the error. */
  constructor(readonly code: number, message: string) {
    super(message);
  }
}

/** Numbers of errors, from JetStream's list. */
export const JS_CODES = {
  wrongLastSequence: 10_071,
  wrongLastSequenceUnknown: 10_164,
  streamExists: 10_058,
  streamNotFound: 10_059,
  messageNotFound: 10_037,
  tooFewServers: 10_005,
} as const;

// Not `Nats-Msg-Id`: servers before 2.11 refuse every repetition for the whole window if they have noted the id but
// lost the message in an election (nats-server #6415). The expected sequence already excludes repetitions.
const ID_HEADER = "Classcord-Id";

/** Time limit of a call. An election takes longer: callers try again. */
const CALL_MS = 1_500;

/** A server that keeps a copy of a stream. */
export interface ReplicaInfo {
  readonly name?: string;
  readonly offline?: boolean;
  readonly current?: boolean;
  /** How long ago the leader last heard of it, in nanoseconds. */
  readonly active?: number;
  readonly lag?: number;
}

/** A stream, as JetStream describes it. */
export interface StreamInfo {
  readonly config: {
    readonly name: string;
    readonly num_replicas: number;
    /** How long messages are kept, in nanoseconds. */
    readonly max_age: number;
    readonly metadata?: Readonly<Record<string, string>>;
  };
  /** Missing if the server is alone. */
  readonly cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly ReplicaInfo[];
  };
  readonly state: {
    readonly messages: number;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly bytes: number;
    /** The number of messages of each subject, if the call asks for it. */
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

/** What a message must fulfil to be stored. */
export interface Expectation {
  /** The last sequence of the stream. */
  readonly last: number;
  /** By this id the sender recognises its message when it was stored without an answer. */
  readonly id: string;
}

/** Calls JetStream over a connection. All methods reject if no answer comes in time. */
export class JetStream {
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  /** Calls the API. @throws {JetStreamError} */
  async call<T>(subject: string, body: object = {}): Promise<T> {
    const payload = new TextEncoder().encode(JSON.stringify(body));
    const answer = await this.#connection.request(`$JS.API.${subject}`, payload, {
      timeout: CALL_MS,
    });
    return parse(answer.data);
  }

  /** Describes a stream. @throws {JetStreamError} */
  info(stream: string): Promise<StreamInfo> {
    return this.call(`STREAM.INFO.${stream}`);
  }

  /** Stores a message behind the expected last one. @throws {JetStreamError} */
  async publish(subject: string, payload: Uint8Array, { last, id }: Expectation): Promise<void> {
    const head = headers();
    head.set("Nats-Expected-Last-Sequence", String(last));
    head.set(ID_HEADER, id);
    const answer = await this.#connection.request(subject, payload, {
      timeout: CALL_MS,
      headers: head,
    });
    parse(answer.data);
  }

  /** Stores a message behind any other. @throws {JetStreamError} */
  async keep(subject: string, payload: Uint8Array): Promise<void> {
    const answer = await this.#connection.request(subject, payload, { timeout: CALL_MS });
    parse(answer.data);
  }

  /** Returns the last message of a subject; `undefined` if there is none. */
  async lastOf(stream: string, subject: string): Promise<Uint8Array | undefined> {
    try {
      const { message } = await this.call<{ message: { data?: string } }>(
        `STREAM.MSG.GET.${stream}`,
        { last_by_subj: subject },
      );
      return Uint8Array.fromBase64(message.data ?? "");
    } catch (error) {
      if (codeOf(error) === JS_CODES.messageNotFound) return undefined;
      throw error;
    }
  }

  /** Returns the id of a stored message; `undefined` if there is no such message. */
  async idOf(stream: string, sequence: number): Promise<string | undefined> {
    try {
      const { message } = await this.call<{ message: { hdrs?: string } }>(
        `STREAM.MSG.GET.${stream}`,
        { seq: sequence },
      );
      const text = new TextDecoder().decode(Uint8Array.fromBase64(message.hdrs ?? ""));
      return new RegExp(`^${ID_HEADER}: ?(.*)$`, "m").exec(text)?.[1]?.trim();
    } catch (error) {
      if (codeOf(error) === JS_CODES.messageNotFound) return undefined;
      throw error;
    }
  }
}

function parse<T>(data: Uint8Array): T {
  const answer = JSON.parse(new TextDecoder().decode(data));
  if (answer.error === undefined) return answer;
  throw new JetStreamError(answer.error.err_code ?? 0, answer.error.description ?? "unknown");
}

/** Returns JetStream's number of an error; `undefined` for all other errors. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof JetStreamError ? error.code : undefined;
}
