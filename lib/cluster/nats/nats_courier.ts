// Carries frames, answers and beats over NATS, without storing them.
import { type NatsConnection, RequestError } from "@nats-io/transport-node";
import type { Courier, Listening } from "../courier.ts";

const ALIVE_MS = 1_000;

/** See {@linkcode Courier}. Names of edges and runs must be valid tokens of a subject. */
export class NatsCourier implements Courier {
  readonly #connection: NatsConnection;
  readonly #prefix: string;

  /** @param cluster The name of the cluster. */
  constructor(connection: NatsConnection, cluster: string) {
    this.#connection = connection;
    this.#prefix = `classcord.${cluster}`;
  }

  /** See {@linkcode Courier.listen}. */
  listen(edge: string, { answered, beat }: Listening): () => void {
    const decoder = new TextDecoder();
    const alive = this.#connection.subscribe(`${this.#prefix}.alive.${edge}`, {
      callback: (_error, message) => void message?.respond(),
    });
    const ends = [
      () => alive.unsubscribe(),
      this.#subscribe(`down.${edge}`, answered),
      this.#subscribe("beat", (data) => beat(decoder.decode(data))),
    ];
    return () => ends.forEach((end) => end());
  }

  /** See {@linkcode Courier.serve}. */
  serve(run: string, received: (frame: Uint8Array) => void): () => void {
    return this.#subscribe(`up.${run}`, received);
  }

  /** See {@linkcode Courier.sendFrame}. */
  sendFrame(run: string, frame: Uint8Array): void {
    this.#publish(`up.${run}`, frame);
  }

  /** See {@linkcode Courier.sendAnswer}. */
  sendAnswer(edge: string, answer: Uint8Array): void {
    this.#publish(`down.${edge}`, answer);
  }

  /** See {@linkcode Courier.isGone}. NATS answers at once if nobody listens. */
  async isGone(edge: string): Promise<boolean> {
    try {
      await this.#connection.request(`${this.#prefix}.alive.${edge}`, "", { timeout: ALIVE_MS });
      return false;
    } catch (error) {
      return error instanceof RequestError && error.isNoResponders();
    }
  }

  /** See {@linkcode Courier.beat}. */
  beat(leader: string): void {
    this.#publish("beat", leader);
  }

  #subscribe(subject: string, received: (data: Uint8Array) => void): () => void {
    const subscription = this.#connection.subscribe(`${this.#prefix}.${subject}`, {
      callback: (error, message) => {
        if (error === null) received(message.data);
      },
    });
    return () => subscription.unsubscribe();
  }

  #publish(subject: string, data: Uint8Array | string): void {
    // After the connection was closed, nothing is left to be said.
    if (!this.#connection.isClosed()) this.#connection.publish(`${this.#prefix}.${subject}`, data);
  }
}
