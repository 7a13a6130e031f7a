// Builds a server that is a node of a cluster: an edge with its ports always, and the core while the node leads.
import type { Services } from "../../chat/services.ts";
import { BanList } from "../../chat/moderation/ban_list.ts";
import { FarCore } from "../../cluster/edges/far_core.ts";
import { untilAborted } from "../../cluster/nats/patience.ts";
import { ClusterNode } from "../../cluster/node.ts";
import type { ChatSeam, OpenChat } from "../../cluster/node_parts.ts";
import { nodeOfRun, runName } from "../../cluster/run_name.ts";
import { type NodeStatus, ownStatus } from "../../cluster/status.ts";
import { LocalEdge } from "../../edge/local_edge.ts";
import { Turns } from "../../net/turns/turns.ts";
import { closableClock, steadyClock, systemClock } from "../../ops/background.ts";
import { startIndexing } from "../../ops/data/indexing.ts";
import { errorText } from "../../ops/log/text.ts";
import { SanctionStore } from "../../store/sanctions.ts";
import { type Base, openBase } from "../base.ts";
import type { ChatAddresses } from "../chat_ports.ts";
import { admitEverywhere } from "./admission.ts";
import { asStartFailure } from "./failures.ts";
import { startErasing } from "./erasing.ts";
import { nodeName, openLinks as openNatsLinks } from "./links.ts";
import { keepNoted } from "./noting.ts";
import { OwnOperators } from "./own_operators.ts";
import { OwnRequests } from "./own_requests.ts";
import { type OpenCore, openCore } from "../core.ts";
import { gaugesOf } from "../gauges.ts";
import { announceListeners, openListeners } from "../listeners.ts";
import { createOperations } from "../operations.ts";
import type { RunningServer, ServerOptions } from "../server_options.ts";

const DRAIN_MS = 5_000;
/** Runs of nodes have numbers below this, and each numbers its connections from a multiple of 2^32 on. */
const RUNS = 2 ** 21;

/**
 * Starts a node. It resolves once a leader is known, which may be this node. It waits for NATS, for a copy of the
 * database, and for a leader.
 *
 * @throws {StartFailure} If waiting does not help.
 * @throws The reason of the signal, or the error of the part that could not start. The parts before it are closed again.
 */
export async function startClusterServer(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startNode(options);
  } catch (error) {
    throw asStartFailure(error);
  }
}

async function startNode(options: ServerOptions): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const { shutdown = () => {}, failed = () => {}, config, log } = options;
  const { openLinks = openNatsLinks, signal = new AbortController().signal } = options;
  const links = await untilAborted(openLinks({ ...options, signal }, opened), signal);
  const base = await openBase(options, opened);
  const database = await links.adopt(base.database);
  opened.defer(() => database.follow());
  const { settings, watching, certificate, lock } = base;
  const operations = createOperations({ ...base, shutdown });
  const addresses: ChatAddresses = { tls: undefined };
  const runNumber = 1 + crypto.getRandomValues(new Uint32Array(1))[0]! % (RUNS - 1);
  const name = nodeName(config);
  const edgeName = runName(name, runNumber);
  const core = new FarCore({
    name: edgeName,
    clock: steadyClock,
    soon: setImmediate,
    send: (run, frame) => node.send(run, frame),
    metrics: (connection) => probe(connection),
    stored: () => erasing.stored,
  });
  const status = (): NodeStatus =>
    ownStatus({
      name,
      run: edgeName,
      node,
      link: links.link,
      clients: () => base.admission.total,
      startedAt: Math.round(performance.timeOrigin),
    });
  const requests = new OwnRequests({
    cluster: config.cluster.name,
    nodes: links.nodes,
    status,
    operations,
    resign: (): Promise<boolean> => node.resign(),
  });
  const operators = new OwnOperators({
    core,
    requests,
    settings,
    failed: (request, error) =>
      log.write("error", "ERREUR", `the handler of ${request} failed: ${errorText(error)}`),
  });
  const edge = new LocalEdge({ core: operators, timers: systemClock, name: edgeName });
  const sanctions = new SanctionStore(database.facade);
  const banList = new BanList(() => sanctions.bans(Date.now()));
  let led: OpenCore | undefined;
  const node = new ClusterNode({
    name,
    run: edgeName,
    log: links.log,
    courier: links.courier,
    database,
    core,
    edge,
    clock: steadyClock,
    time: Date.now,
    changed: () => banList.reload(),
    told: (text) => log.write("info", "CLUSTER", text),
    failed(error) {
      log.write("error", "CLUSTER", `this server cannot go on: ${errorText(error)}`);
      failed(asStartFailure(error));
    },
    openChat: (seam) => openLed(seam),
  });
  const erasing = startErasing({
    ...base,
    log: links.log,
    database,
    node,
    isIncomplete: () => Promise.resolve(false),
    told: (level, text) => log.write(level, "CLUSTER", text),
  }, opened);
  // On every node, because each has an index of its own.
  opened.defer(startIndexing(database.facade, {
    index: base.search,
    clock: systemClock,
    failed: (error) =>
      log.write(
        "error",
        "ERREUR",
        `indexing messages failed and will be tried again: ${errorText(error)}`,
      ),
  }));
  const openLed = (seam: ChatSeam): OpenChat => {
    const stack = new DisposableStack();
    const opening = { ...base, database: database.facade };
    const [clock, steady] = [closableClock(systemClock), closableClock(steadyClock)];
    const open = openCore(
      opening,
      {
        addresses,
        database: database.facade,
        operations,
        nodeOf: nodeOfRun,
        clock,
        steady,
        ...seam,
      },
      stack,
    );
    led = open;
    const { chat, services } = open;
    return {
      chat,
      services,
      admitting: admitEverywhere({ settings, banList: services.banList }),
      close() {
        led = undefined;
        services.addressLimit.clear();
        services.replyFlow.clear();
        stack.dispose();
        clock.close();
        steady.close();
      },
    };
  };
  const probe = async (connection: number): Promise<void> => {
    const text = new TextEncoder().encode(await watching.metrics.text());
    edge.deliver([
      { kind: "reply", to: connection, bytes: text },
      { kind: "close", to: connection, reason: "metrics" },
    ]);
  };
  watching.measure(gaugesOfNode(base, edge, () => led));
  operations.onReload((config) => led?.reloadSteps.flatMap((step) => step(config)) ?? []);
  operations.onReload(() => certificate?.reload() ?? []);
  opened.defer(() => node.stop());
  await node.start();
  await untilAborted(node.ready, signal);
  opened.defer(
    links.nodes.answer({ status, figures: () => node.leads ? operations.stats() : undefined }),
  );
  opened.defer(
    keepNoted({ nodes: links.nodes, status, log, now: Date.now, after: systemClock.after }),
  );
  links.giveCopies();
  const turns = new Turns({ later: base.later });
  const listeners = await openListeners({
    ...options,
    ...base,
    turns,
    banList,
    edge,
    numbersAfter: runNumber * 2 ** 32,
  }, opened);
  const places = announceListeners(listeners, { addresses, lock });
  const parts = opened.move();
  return {
    ...places,
    node,
    databasePath: database.facade.path,
    get services(): Services {
      if (led === undefined) throw new Error("this server does not lead its cluster");
      return led.services;
    },
    status,
    reload: () => operations.reload(),
    async stop() {
      await listeners.close();
      // The other nodes go on. The connections of this one end now.
      await listeners.finish(0);
      await ended(core, DRAIN_MS);
      await parts.disposeAsync();
    },
  };
}

/** Waits until the leader knows that all connections have ended. */
async function ended(core: { readonly size: number }, within: number): Promise<void> {
  const until = performance.now() + within;
  while (core.size > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function gaugesOfNode(
  base: Base,
  edge: LocalEdge,
  led: () => OpenCore | undefined,
): ReturnType<typeof gaugesOf> {
  const { admission } = base;
  const of = () => {
    const open = led();
    return open && gaugesOf({ ...base, services: open.services, chat: open.chat });
  };
  return {
    connections: () => admission.total,
    outboxBytes: () => edge.queuedBytes,
    users: () => of()?.users() ?? { guest: 0, member: 0 },
    channels: () => of()?.channels() ?? 0,
    mailWaiting: () => of()?.mailWaiting() ?? 0,
    passwordsWaiting: () => base.pool.waiting,
    bans: () => of()?.bans() ?? 0,
  };
}
