// Receives the messages of the stream from one place on, until something is missing or the server is silent.
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { createInbox } from "@nats-io/transport-node";
import { JetStream } from "./jetstream.ts";

/** Where to begin. */
export interface DeliveryStart {
  readonly stream: string;
  /** The first sequence to deliver. */
  readonly first: number;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** A message of the stream. */
export interface Delivered {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

const HEARTBEAT_NS = 1_000_000_000;
/** Without a message or a heartbeat for this long, the delivery ends. */
const SILENCE_MS = 2_500;
/** The server forgets a delivery whose node has vanished after this time. */
const FORGET_NS = 10_000_000_000;

/** One delivery: a subscription, and a consumer of the stream that fills it. */
export class Delivery {
  readonly #connection: NatsConnection;
  readonly #jetstream: JetStream;
  readonly #start: DeliveryStart;
  readonly #waiting: Msg[] = [];
  #wake = () => {};
  #heardAt: number;
  #delivered = 0;
  /** How many messages the stream had after the last one that was taken, when it was delivered. */
  #pending = 0;
  #ended = false;
  #close = () => {};

  constructor(connection: NatsConnection, start: DeliveryStart) {
    this.#connection = connection;
    this.#jetstream = new JetStream(connection);
    this.#start = start;
    this.#heardAt = start.now();
  }

  /** When the server was last heard, on the clock of the start. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Begins. @throws The error of the call that creates the consumer. */
  async begin(): Promise<void> {
    const { stream, first } = this.#start;
    const inbox = createInbox();
    const subscription = this.#connection.subscribe(inbox, {
      callback: (error, message) => error === null ? this.#received(message) : this.end(),
    });
    const watch = setInterval(() => this.#checkSilence(), SILENCE_MS / 5);
    this.#close = () => {
      clearInterval(watch);
      subscription.unsubscribe();
    };
    const name = inbox.replaceAll(".", "_");
    try {
      await this.#jetstream.call(`CONSUMER.CREATE.${stream}.${name}`, {
        stream_name: stream,
        config: {
          name,
          deliver_subject: inbox,
          deliver_policy: "by_start_sequence",
          opt_start_seq: first,
          ack_policy: "none",
          replay_policy: "instant",
          flow_control: true,
          idle_heartbeat: HEARTBEAT_NS,
          inactive_threshold: FORGET_NS,
          mem_storage: true,
          num_replicas: 1,
        },
      });
    } catch (error) {
      this.end();
      throw error;
    }
    this.#heardAt = this.#start.now();
  }

  /** Returns the next message, or that the server had nothing to deliver; `undefined` when the delivery has ended. */
  async next(): Promise<Delivered | "idle" | undefined> {
    while (!this.#ended) {
      const message = this.#waiting.shift();
      if (message === undefined) await new Promise<void>((resolve) => this.#wake = resolve);
      else if (message.headers?.code === 100) {
        if (this.#control(message)) return "idle";
      } else if (message.headers !== undefined && message.headers.code > 0) this.end();
      else return this.#take(message);
    }
    return undefined;
  }

  /** How many messages the stream has after the last one that was taken, as far as the server has said. */
  get pending(): number {
    return this.#pending;
  }

  /** Whether further messages have arrived already. */
  get hasNext(): boolean {
    return this.#waiting.some(({ headers }) => headers?.code !== 100);
  }

  /** Ends the delivery. The server forgets it by itself. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#close();
    this.#wake();
  }

  #received(message: Msg): void {
    this.#heardAt = this.#start.now();
    this.#waiting.push(message);
    this.#wake();
  }

  #checkSilence(): void {
    if (this.#start.now() - this.#heardAt > SILENCE_MS) this.end();
  }

  /**
   * Takes a heartbeat, or a request of the server that is answered once everything before it was taken.
   *
   * @returns Whether nothing is waiting.
   */
  #control(message: Msg): boolean {
    if (message.reply !== undefined && message.reply !== "") {
      message.respond();
      return false;
    }
    const stalled = message.headers?.get("Nats-Consumer-Stalled") ?? "";
    if (stalled !== "") this.#connection.publish(stalled);
    const last = Number(message.headers?.get("Nats-Last-Consumer") || 0);
    if (last > this.#delivered) this.end();
    return stalled === "" && !this.#ended;
  }

  #take(message: Msg): Delivered | undefined {
    const place = placeOf(message.reply ?? "");
    if (place === undefined || place.delivery !== this.#delivered + 1) {
      this.end();
      return undefined;
    }
    this.#delivered = place.delivery;
    this.#pending = place.pending;
    return { sequence: place.stream, payload: message.data };
  }
}

/**
 * Reads the sequences from the reply subject of a message. It begins with `$JS.ACK`, and ends with the number of
 * deliveries, the sequence in the stream, the sequence of the consumer, the time and the number that are pending. Newer
 * servers add a token.
 */
function placeOf(
  reply: string,
): { stream: number; delivery: number; pending: number } | undefined {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK") return undefined;
  const at = tokens.length === 9 ? 5 : 7;
  const [stream, delivery, pending] = [at, at + 1, at + 3].map((each) => Number(tokens[each]));
  return stream! > 0 && delivery! > 0
    ? { stream: stream!, delivery: delivery!, pending: pending || 0 }
    : undefined;
}
