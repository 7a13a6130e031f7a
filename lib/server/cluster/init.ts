// Makes the database of a stopped server the beginning of a cluster: the log begins anew.
import type { NatsConnection } from "@nats-io/transport-node";
import { prepareForLog } from "../../cluster/copies/fitting.ts";
import { readPlace } from "../../cluster/copies/place.ts";
import { fitPlace, type LogRange, WrongLog } from "../../cluster/copies/place_check.ts";
import type { LogPlace } from "../../cluster/batch.ts";
import { codeOf, JetStream, JS_CODES } from "../../cluster/nats/jetstream.ts";
import { connectNats } from "../../cluster/nats/connection.ts";
import { NatsUnusable } from "../../cluster/nats/errors.ts";
import { NatsNodes } from "../../cluster/nats/nats_nodes.ts";
import { openStream, rangeOf, streamNames } from "../../cluster/nats/stream.ts";
import type { SilentNode } from "../../cluster/status.ts";
import { replicasOf } from "../../ops/config/cluster_section.ts";
import type { Config } from "../../ops/config/schema.ts";
import { openDatabase } from "../../store/database.ts";
import { leaveLog } from "../../store/log/place.ts";
import { lockForServer } from "../../store/server_lock.ts";
import { nodeName } from "./links.ts";
import { natsOptions } from "./nats_options.ts";

/** The cluster cannot begin anew. The message says what to do. */
export class InitRefused extends Error {
  override readonly name = "InitRefused";
}

/** Whether an error says in a sentence why the cluster cannot begin anew. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof InitRefused || error instanceof NatsUnusable;
}

/** What is about to happen, for the administrator to confirm. */
export interface InitPlan {
  /** The name of the cluster. */
  readonly cluster: string;
  /** How many batches of a log will be deleted; `undefined` if there is no log. */
  readonly deleted: number | undefined;
  /** The servers that had a newer database when they were last heard. */
  readonly newer: readonly SilentNode[];
}

/**
 * Begins a cluster with the database of a data directory.
 *
 * @param confirm Called with what will happen, before anything does. If it throws, nothing happens.
 * @throws {InitRefused}
 * @throws {NatsUnusable} If no NATS server can be used.
 * @throws {ServerRunning} If a server uses the data directory.
 * @throws {StoreError}
 */
export async function initCluster(
  config: Config,
  confirm: (plan: InitPlan) => void | Promise<void>,
): Promise<void> {
  const { cluster: { name, log_days: days }, store } = config;
  using opened = new DisposableStack();
  const lock = lockForServer(store.data_dir);
  opened.defer(() => lock.release());
  const database = openDatabase(store.data_dir, store);
  opened.defer(() => database.close());
  const { sqlite } = database;
  const connection = await connect(config);
  try {
    const options = { cluster: name, replicas: replicasOf(config.cluster) };
    const nodes = new NatsNodes(connection, { ...options, now: Date.now });
    const jetstream = new JetStream(connection);
    const range = await rangeOfLog(jetstream, name);
    const place = readPlace(sqlite);
    await refuseRunning(nodes);
    refuseFollowing(place, range);
    const newer = newerThan(place, range, await nodes.known());
    const deleted = range && Math.max(0, range.last - range.first + 1);
    await confirm({ cluster: name, deleted, newer });
    // If this is interrupted, the command can be run again.
    const identity = crypto.randomUUID();
    leaveLog(sqlite);
    prepareForLog(sqlite, { log: identity, sequence: 0 });
    if (range !== undefined) {
      await jetstream.call(`STREAM.DELETE.${streamNames(name).stream}`);
    }
    const made = await openStream(connection, { ...options, days, propose: () => identity });
    if (made.identity !== identity) {
      throw new InitRefused("Another server has begun the cluster meanwhile. Stop it first.");
    }
    await nodes.forgetAll();
  } finally {
    await connection.close();
  }
}

async function connect(config: Config): Promise<NatsConnection> {
  if (config.cluster.servers.length === 0) {
    throw new InitRefused("cluster.servers is empty: set the addresses of the NATS servers first.");
  }
  return await connectNats(natsOptions(config, nodeName(config)));
}

async function rangeOfLog(jetstream: JetStream, cluster: string): Promise<LogRange | undefined> {
  try {
    return rangeOf(await jetstream.info(streamNames(cluster).stream));
  } catch (error) {
    if (codeOf(error) === JS_CODES.streamNotFound) return undefined;
    if (error instanceof NatsUnusable) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new NatsUnusable(`The NATS servers do not answer: ${text}`, { cause: error });
  }
}

async function refuseRunning(nodes: NatsNodes): Promise<void> {
  const running = (await nodes.ask(new Set())).map(({ status }) => status.node);
  if (running.length === 0) return;
  throw new InitRefused(
    `These servers of the cluster are running: ${
      running.sort().join(", ")
    }. Stop all of them first.`,
  );
}

function refuseFollowing(place: LogPlace | undefined, range: LogRange | undefined): void {
  if (range === undefined || range.last === 0) return;
  try {
    if (fitPlace(place, range) === "copy") return;
  } catch (error) {
    if (error instanceof WrongLog) return;
    throw error;
  }
  throw new InitRefused(
    "The database belongs to the cluster, and the log continues it. There is nothing to do: start the server.",
  );
}

function newerThan(
  place: LogPlace | undefined,
  range: LogRange | undefined,
  known: readonly SilentNode[],
): SilentNode[] {
  // Of another log, nothing can be compared.
  if (place === undefined || range !== undefined && place.log !== range.identity) return [];
  return known.filter(({ batch }) => batch > place.sequence);
}
