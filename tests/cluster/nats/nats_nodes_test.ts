// Tests of lib/cluster/nats/nats_nodes.ts over real NATS servers: what nodes ask each other, and the list of nodes.
import assert from "node:assert/strict";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { watchLink } from "../../../lib/cluster/nats/link_watch.ts";
import { NatsNodes, serverOf } from "../../../lib/cluster/nats/nats_nodes.ts";
import type { NodeStatus } from "../../../lib/cluster/status.ts";
import type { ChatFigures } from "../../../lib/protocol/replies/operator.ts";
import {
  type NatsServer,
  openLog,
  testWithNats,
  withNats,
  withThreeNats,
} from "../../support/cluster/nats_server.ts";

const rate = { "10s": 1.5, "60s": 0 };
const FIGURES: ChatFigures = {
  users: { guest: 1, member: 2 },
  messages: { global: 3, private: 4 },
  deliveries: 5,
  rates: { connections: rate, messages: rate, deliveries: rate, refused: rate },
  passwords_waiting: 0,
  logins: { ok: 1, failed: 0, throttled: 0, busy: 0, banned: 0 },
  registrations: 1,
  bans: 0,
};

function statusOf(node: string, leads: boolean): NodeStatus {
  return {
    node,
    run: `${node}_7`,
    version: "1.2.3",
    schema: 9,
    leads,
    leader: leads ? node : undefined,
    batch: 12,
    behind: 0,
    natsConnected: true,
    natsServer: "127.0.0.1:4222",
    clients: 3,
    cutOffSince: undefined,
    clockOffsetMs: undefined,
    startedAt: 1_000,
  };
}

async function withConnection(
  servers: readonly NatsServer[],
  work: (connection: NatsConnection) => Promise<void>,
): Promise<void> {
  const addresses = servers.map(({ address }) => address);
  const connection = await connectNats({ servers: addresses, name: "test" });
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}

testWithNats("nodes answer each other, each cluster for itself", async () => {
  await withNats(async (server) => {
    await withConnection([server], async (connection) => {
      const at = (cluster: string, now: number) =>
        new NatsNodes(connection, { cluster, replicas: 1, now: () => now });
      const [a, b, other] = [at("test", 5_000), at("test", 7_000), at("other", 0)];
      assert.equal(await a.isThere("b"), false);
      assert.equal(await a.askFigures(), undefined);
      const [one, two] = [statusOf("a", false), statusOf("b", true)];
      const end = a.answer({ status: () => one, figures: () => undefined });
      b.answer({ status: () => two, figures: () => FIGURES });
      other.answer({ status: () => statusOf("c", true), figures: () => FIGURES });
      // An answer that cannot be read is ignored.
      connection.subscribe("classcord.test.status", {
        callback: (_error, message) => void message.respond('{"status":{"node":7}}'),
      });
      const answers = await a.ask(new Set(["a", "b"]));
      assert.deepEqual(answers, [
        { status: one, now: 5_000, askedAt: 5_000 },
        { status: two, now: 7_000, askedAt: 5_000 },
      ]);
      assert.deepEqual(await a.askFigures(), FIGURES);
      assert.equal(await a.isThere("b"), true);
      assert.equal(await a.isThere("c"), false);
      end();
      assert.deepEqual((await b.ask(new Set(["b"]))).map(({ status }) => status.node), ["b"]);
    });
  });
});

testWithNats("the list of nodes has the last note of each, until it is forgotten", async () => {
  await withNats(async (server) => {
    await withConnection([server], async (connection) => {
      const nodes = new NatsNodes(connection, { cluster: "test", replicas: 1, now: Date.now });
      const note = (node: string, batch: number) => ({ node, batch, seenAt: batch, version: "1" });
      assert.deepEqual(await nodes.known(), []);
      await nodes.note(note("a", 1));
      await nodes.note(note("b", 2));
      await nodes.note(note("a", 3));
      const known = async () => (await nodes.known()).sort((one, two) => one.batch - two.batch);
      assert.deepEqual(await known(), [note("b", 2), note("a", 3)]);
      // A cluster with nearly the same name has nodes of its own.
      const other = new NatsNodes(connection, {
        cluster: "nodes-test",
        replicas: 1,
        now: Date.now,
      });
      assert.deepEqual(await other.known(), []);
      await nodes.forget("b");
      assert.deepEqual(await known(), [note("a", 3)]);
      await nodes.forgetAll();
      assert.deepEqual(await known(), []);
      await nodes.note(note("a", 4));
      assert.deepEqual(await known(), [note("a", 4)]);
    });
  });
});

testWithNats("the log is described with the NATS servers that keep it", async () => {
  await withThreeNats(async (servers) => {
    await using _open = await openLog(servers);
    await withConnection(servers, async (connection) => {
      const nodes = new NatsNodes(connection, { cluster: "test", replicas: 3, now: Date.now });
      const described = async () => {
        const { servers } = await nodes.log();
        return servers.map(({ name, current }) => `${name} ${current}`).sort().join();
      };
      // Each call waits for an answer of a server.
      while (await described() !== "n0 true,n1 true,n2 true");
      assert.equal((await nodes.log()).replicas, 3);
    });
  });
});

Deno.test("a NATS server that the leader has not heard for five seconds is away", () => {
  const [name, lag] = ["n1", 439];
  assert.deepEqual(serverOf({ name, current: true, active: 900_000_000, lag: 0 }), {
    name,
    current: true,
    lag: 0,
  });
  assert.deepEqual(serverOf({ name, active: 900_000_000, lag }), { name, current: false, lag });
  const away = { name, current: false, offline: true, lag };
  assert.deepEqual(serverOf({ name, active: 5_100_000_000, lag }), away);
  assert.deepEqual(serverOf({ name, current: true, offline: true, lag }), away);
});

testWithNats("a node knows whether it is connected with NATS", async () => {
  await withNats(async (server) => {
    await withConnection([server], async (connection) => {
      const link = watchLink(connection);
      assert.deepEqual(link(), { connected: true, server: server.address });
      const [lost, found] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      (async () => {
        for await (const { type } of connection.status()) {
          if (type === "disconnect") lost.resolve();
          if (type === "reconnect") found.resolve();
        }
      })();
      await server.kill();
      await lost.promise;
      assert.equal(link().connected, false);
      await server.start();
      await found.promise;
      assert.deepEqual(link(), { connected: true, server: server.address });
    });
  });
});
