// Builds a server that is a node of a cluster: an edge with its ports always, and the core while the node leads.
import { GuessCounts } from "../../auth/guess_counts.ts";
import type { Services } from "../../chat/services.ts";
import { CoveredCore } from "../../cluster/edges/covered_core.ts";
import { FarCore } from "../../cluster/edges/far_core.ts";
import { untilAborted } from "../../cluster/nats/patience.ts";
import { ClusterNode } from "../../cluster/node.ts";
import type { ChatSeam, OpenChat } from "../../cluster/node_parts.ts";
import { nodeOfRun, runName } from "../../cluster/run_name.ts";
import { LocalEdge } from "../../edge/local_edge.ts";
import { Turns } from "../../net/turns/turns.ts";
import { closableClock, steadyClock, systemClock } from "../../ops/background.ts";
import { startIndexUpkeep } from "../../ops/data/upkeep.ts";
import { errorText } from "../../ops/log/text.ts";
import { openBase } from "../base.ts";
import type { ChatAddresses } from "../chat_ports.ts";
import { admitEverywhere } from "./admission.ts";
import { CutOff, until } from "./cut_off.ts";
import { startErasing } from "./erasing.ts";
import { asStartFailure } from "./failures.ts";
import { bansAtGate } from "./gate_bans.ts";
import { gaugesOfNode } from "./gauges.ts";
import { nodeName, openLinks as openNatsLinks } from "./links.ts";
import { measured } from "./measured_log.ts";
import { LogWatch } from "./log_watch.ts";
import { checkName, keepNoted } from "./noting.ts";
import { logObserved } from "./observed.ts";
import { serveOperators } from "./operators.ts";
import { voiceOf } from "./voice.ts";
import { type OpenCore, openCore } from "../core.ts";
import { announceListeners, openListeners } from "../listeners.ts";
import { createOperations } from "../operations.ts";
import type { RunningServer, ServerOptions } from "../server_options.ts";

// With the time for what users have asked for, this is less than a shutdown may take.
const DRAIN_MS = 3_500;
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
  const fail = (error: unknown) => {
    log.write("error", "CLUSTER", `this server cannot go on: ${errorText(error)}`);
    failed(asStartFailure(error));
  };
  const { openLinks = openNatsLinks, signal = new AbortController().signal } = options;
  const links = await untilAborted(openLinks({ ...options, signal, failed: fail }, opened), signal);
  const base = await openBase(options, opened);
  const database = await links.adopt(base.database);
  opened.defer(() => database.follow());
  opened.defer(
    startIndexUpkeep(database.facade, { index: base.search, log, clock: systemClock }),
  );
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
    lost: () => cutOff.lost(),
  });
  const covered = new CoveredCore(core);
  const { status, requests, operators } = serveOperators({
    ...{ name, run: edgeName, config, links, database, operations, base, core, covered },
    node: () => node,
  });
  const observed = (event: Uint8Array) => logObserved(event, base);
  const edge = new LocalEdge({ core: operators, timers: systemClock, name: edgeName, observed });
  const cutOff: CutOff = new CutOff({
    ...{ base, addresses, operations, core, covered, edge },
    states: () => node.states,
  });
  opened.defer(() => cutOff.close());
  const banList = bansAtGate(database.facade);
  const guesses = new GuessCounts(steadyClock.now);
  let led: OpenCore | undefined;
  const node = new ClusterNode({
    name,
    run: edgeName,
    log: measured(links.log, watching.metrics.node, steadyClock.now),
    courier: links.courier,
    database,
    canStore: () => base.storage.refusal === undefined,
    core,
    edge,
    clock: steadyClock,
    time: Date.now,
    changed: (tables) => tables.has("bans") && banList.reload(),
    contactChanged: cutOff.changed,
    guessed: (guess) => guesses.hear(guess),
    told: (text) => log.write("info", "CLUSTER", text),
    failed: fail,
    openChat: (seam) => openLed(seam),
    ...links.parts,
  });
  const erasing = startErasing({ ...base, ...links, serverLog: log, database, node }, opened);
  const openLed = (seam: ChatSeam): OpenChat => {
    const stack = new DisposableStack();
    const voice = voiceOf(base, seam.observed);
    const opening = { ...base, ...voice.parts, database: database.forReign() };
    const [clock, steady] = [closableClock(systemClock), closableClock(steadyClock)];
    const open = openCore(
      opening,
      {
        addresses,
        database: opening.database,
        operations,
        nodeOf: nodeOfRun,
        isIndexed: true,
        guessing: { counts: guesses, counted: seam.guessed },
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
      admitting: admitEverywhere({
        settings,
        banList: services.banList,
        observer: voice.parts.watching.observer,
      }),
      close() {
        led = undefined;
        services.outputs.endRest();
        services.addressLimit.clear();
        services.replyFlow.clear();
        stack.dispose();
        clock.close();
        steady.close();
        voice.close();
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
  const logWatch = new LogWatch({ nodes: links.nodes, log, after: systemClock.after });
  opened.defer(() => logWatch.close());
  watching.measure(gaugesOfNode({ base, edge, status, led: () => led, logWatch }));
  operations.onReload((config) => led?.reloadSteps.flatMap((step) => step(config)) ?? []);
  operations.onReload(() => certificate?.reload() ?? []);
  opened.defer(() => node.stop());
  await checkName(links.nodes, name);
  await node.start();
  await untilAborted(node.ready, signal);
  opened.defer(links.nodes.answer({ status, figures: () => requests.figures() }));
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
    contact: cutOff,
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
    async stop(reason) {
      await listeners.close();
      await cutOff.stop(reason);
      operators.close();
      await listeners.finish(DRAIN_MS);
      // The leader knows then that the connections of this node have ended.
      if (node.contact.stage === "well") await until(() => core.size === 0, DRAIN_MS);
      await parts.disposeAsync();
    },
  };
}
