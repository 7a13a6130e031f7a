// The nodes of a cluster over NATS: questions and answers on core NATS, and the list of nodes in a small stream that
// keeps the last message of each.
import { createInbox, type Msg, type NatsConnection } from "@nats-io/transport-node";
import type { ChatFigures } from "../../protocol/replies/operator.ts";
import type { Answered, Answering, ClusterNodes } from "../nodes.ts";
import type { LogServer, LogStatus, SilentNode } from "../status.ts";
import { codeOf, JetStream, JS_CODES, type ReplicaInfo, type StreamInfo } from "./jetstream.ts";
import { readFigures, readKnown, readStatus, write } from "./node_messages.ts";
import { rangeOf, streamNames } from "./stream.ts";

/** How the list of nodes is kept. */
export interface NodesOptions {
  readonly cluster: string;
  /** How many NATS servers keep the list: 1 or 3. */
  readonly replicas: 1 | 3;
  /** The time of day in milliseconds since 1970. */
  readonly now: () => number;
}

const ANSWER_MS = 1_000;
/** Nodes beyond this number are not listed. */
const NODES_MAX = 100;

/** See {@linkcode ClusterNodes}. */
export class NatsNodes implements ClusterNodes {
  readonly #connection: NatsConnection;
  readonly #jetstream: JetStream;
  readonly #options: NodesOptions;
  readonly #stream: string;
  readonly #prefix: string;
  #isCreated = false;

  constructor(connection: NatsConnection, options: NodesOptions) {
    this.#connection = connection;
    this.#jetstream = new JetStream(connection);
    this.#options = options;
    // No log has a name that begins so.
    this.#stream = `classcord_nodes-${options.cluster}`;
    this.#prefix = `classcord.${options.cluster}`;
  }

  /** See {@linkcode ClusterNodes.answer}. */
  answer({ status, figures }: Answering): () => void {
    const { now } = this.#options;
    const tell = (message: Msg) => message.respond(write({ status: status(), now: now() }));
    const ends = [
      this.#subscribe("status", tell),
      this.#subscribe(`status.${status().node}`, tell),
      this.#subscribe("figures", (message) => {
        const own = figures();
        if (own !== undefined) message.respond(write(own));
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  /** See {@linkcode ClusterNodes.ask}. */
  async ask(expected: ReadonlySet<string>): Promise<Answered[]> {
    const { now } = this.#options;
    const answers = new Map<string, Answered>();
    const missing = new Set(expected);
    const done = Promise.withResolvers<void>();
    const inbox = createInbox();
    const askedAt = now();
    const subscription = this.#connection.subscribe(inbox, {
      callback: (error, { data }) => {
        const read = error === null ? readStatus(data) : undefined;
        if (read === undefined || answers.size >= NODES_MAX) return;
        answers.set(read.status.run, { ...read, askedAt: (askedAt + now()) / 2 });
        missing.delete(read.status.node);
        if (missing.size === 0 && expected.size > 0) done.resolve();
      },
    });
    const timer = setTimeout(done.resolve, ANSWER_MS);
    try {
      this.#connection.publish(`${this.#prefix}.status`, undefined, { reply: inbox });
      await done.promise;
    } finally {
      clearTimeout(timer);
      subscription.unsubscribe();
    }
    // The answers come in any order.
    return [...answers.values()].sort((a, b) => a.status.run < b.status.run ? -1 : 1);
  }

  /** See {@linkcode ClusterNodes.isThere}. */
  async isThere(node: string): Promise<boolean> {
    return await this.#request(`status.${node}`) !== undefined;
  }

  /** See {@linkcode ClusterNodes.askFigures}. */
  async askFigures(): Promise<ChatFigures | undefined> {
    const data = await this.#request("figures");
    return data && readFigures(data);
  }

  /** See {@linkcode ClusterNodes.note}. */
  async note(known: SilentNode): Promise<void> {
    await this.#create();
    await this.#jetstream.keep(this.#subjectOf(known.node), write(known));
  }

  /** See {@linkcode ClusterNodes.known}. */
  async known(): Promise<SilentNode[]> {
    let info: StreamInfo;
    try {
      const filter = { subjects_filter: `${this.#prefix}.node.>` };
      info = await this.#jetstream.call(`STREAM.INFO.${this.#stream}`, filter);
    } catch (error) {
      if (codeOf(error) === JS_CODES.streamNotFound) return [];
      throw error;
    }
    const subjects = Object.keys(info.state.subjects ?? {}).slice(0, NODES_MAX);
    const messages = await Promise.all(
      subjects.map((subject) => this.#jetstream.lastOf(this.#stream, subject)),
    );
    return messages.flatMap((data) => (data && readKnown(data)) ?? []);
  }

  /** See {@linkcode ClusterNodes.forget}. */
  async forget(node: string): Promise<void> {
    await this.#jetstream.call(`STREAM.PURGE.${this.#stream}`, { filter: this.#subjectOf(node) });
  }

  /** Removes all nodes, for a new cluster. */
  async forgetAll(): Promise<void> {
    await this.#create();
    await this.#jetstream.call(`STREAM.PURGE.${this.#stream}`);
  }

  /** See {@linkcode ClusterNodes.log}. */
  async log(): Promise<LogStatus> {
    const info = await this.#jetstream.info(streamNames(this.#options.cluster).stream);
    const { config, state, cluster } = info;
    const alone = this.#connection.info?.server_name ?? this.#connection.getServer();
    // While the servers have no leader, all of them are replicas.
    const leader = cluster === undefined ? alone : cluster.leader;
    const others = (cluster?.replicas ?? []).map(serverOf);
    return {
      ...rangeOf(info),
      bytes: state.bytes,
      replicas: config.num_replicas,
      servers: leader === undefined ? others : [{ name: leader, current: true, lag: 0 }, ...others],
    };
  }

  #subjectOf(node: string): string {
    return `${this.#prefix}.node.${node}`;
  }

  async #create(): Promise<void> {
    if (this.#isCreated) return;
    try {
      await this.#jetstream.call(`STREAM.CREATE.${this.#stream}`, {
        name: this.#stream,
        subjects: [`${this.#prefix}.node.*`],
        storage: "file",
        retention: "limits",
        discard: "old",
        max_msgs_per_subject: 1,
        num_replicas: this.#options.replicas,
      });
    } catch (error) {
      // It was created with other settings.
      if (codeOf(error) !== JS_CODES.streamExists) throw error;
    }
    this.#isCreated = true;
  }

  // Without anyone to answer, NATS says so at once.
  async #request(subject: string): Promise<Uint8Array | undefined> {
    const options = { timeout: ANSWER_MS };
    const answer = this.#connection.request(`${this.#prefix}.${subject}`, undefined, options);
    return await answer.then(({ data }) => data, () => undefined);
  }

  #subscribe(subject: string, received: (message: Msg) => void): () => void {
    const subscription = this.#connection.subscribe(`${this.#prefix}.${subject}`, {
      callback: (error, message) => {
        if (error === null) received(message);
      },
    });
    return () => subscription.unsubscribe();
  }
}

/** A server of a log speaks every second. NATS calls a silent one offline only after more than half a minute. */
const SILENT_NS = 5_000_000_000;

/** Describes a NATS server that keeps a log. */
export function serverOf(
  { name = "", offline = false, current = false, active = 0, lag = 0 }: ReplicaInfo,
): LogServer {
  if (offline || active > SILENT_NS) return { name, current: false, offline: true, lag };
  return { name, current, lag };
}
