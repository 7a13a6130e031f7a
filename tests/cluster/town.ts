// A server that leads, and two nodes with ports of their own that are edges of it: all in one process, over the log in
// memory.
import type { TurnOutputs } from "../../lib/chat/delivery/ended_turn.ts";
import { FarCore } from "../../lib/cluster/edges/far_core.ts";
import { Leader } from "../../lib/cluster/leader.ts";
import { SessionTable } from "../../lib/cluster/session_table.ts";
import { LocalEdge } from "../../lib/edge/local_edge.ts";
import { Gate } from "../../lib/net/gate.ts";
import { ChatListener } from "../../lib/net/listener.ts";
import { Turns } from "../../lib/net/turns/turns.ts";
import { steadyClock, systemClock } from "../../lib/ops/background.ts";
import { type Overrides, startTestServer, type TestServer } from "../support/server.ts";
import { MemoryLog } from "./memory_log.ts";

/** A node. */
interface Node {
  readonly name: string;
  readonly core: FarCore;
  readonly edge: LocalEdge;
  readonly stop: () => Promise<void>;
}

/** Numbers of the connections of each node. */
const NUMBERS = 2 ** 32;

/** The nodes of a town. */
export interface Town extends AsyncDisposable {
  /** The ports of the chat: of the leader first. */
  readonly ports: readonly number[];
  readonly log: MemoryLog;
  readonly server: TestServer;
}

/** Starts a leader and two other nodes. */
export async function startTown(overrides: Overrides = {}): Promise<Town> {
  const log = new MemoryLog();
  const nodes: Node[] = [];
  const open = (name: string): Node => {
    const node = openNode(name, { log, send: (frame) => leader?.edges?.receive(frame) });
    nodes.push(node);
    return node;
  };
  let leader: Leader | undefined;
  const server = await startTestServer(overrides, undefined, {
    commit: (outputs: TurnOutputs) => leader!.commit(outputs),
    numbersAfter: NUMBERS,
    async begin(chat, services) {
      leader = new Leader({
        log: log.open(),
        lead: { node: "leader", run: "1" },
        now: steadyClock.now,
        time: systemClock.now,
        takeChanges: () => new Uint8Array(0),
        appended() {},
        malformed(error) {
          throw error;
        },
        send: (to, answer) => nodes.find(({ name }) => name === to)?.core.receive(answer),
      });
      await leader.begin({ chat, services, table: new SessionTable() });
      return open("leader").edge;
    },
  });
  const ports = ["second", "third"].map((name, index) => openPort(open(name), index + 2));
  return {
    ports: [server.port, ...ports.map(({ addr }) => addr.port)],
    log,
    server,
    async [Symbol.asyncDispose]() {
      for (const port of ports) await port.close();
      await server[Symbol.asyncDispose]();
      for (const { stop } of nodes) await stop();
    },
  };
}

function openNode(
  name: string,
  { log, send }: { log: MemoryLog; send: (frame: Uint8Array) => void },
): Node {
  const core = new FarCore({
    name,
    clock: { now: steadyClock.now, after: systemClock.after },
    soon: setImmediate,
    send: (frame) => void setImmediate(() => send(frame)),
  });
  const edge = new LocalEdge({ core, timers: systemClock, name });
  const follower = log.open().follow(
    { log: "memory", sequence: 0 },
    (batch, sequence) => core.apply(batch, { sequence, edge }),
  );
  const stop = async () => {
    core.stop();
    await follower.stop();
  };
  return { name, core, edge, stop };
}

function openPort({ edge }: Node, number: number) {
  const gate = new Gate({
    limits: { lineBytes: 65_536, outboxBytes: 2 ** 20 },
    turns: new Turns(),
    open: (connection) => edge.open(connection, { bringsLines: connection.bringsLines }),
  });
  let last = number * NUMBERS;
  const listener = new ChatListener({
    host: "127.0.0.1",
    port: 0,
    gate,
    nextId: () => ++last,
    acceptFailed(error) {
      throw error;
    },
  });
  return {
    addr: listener.addr,
    async close() {
      gate.close();
      await listener.close();
      await gate.finish(5_000);
    },
  };
}
