// What nodes say to each other over a real nats-server.
import assert from "node:assert/strict";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { NatsCourier } from "../../../lib/cluster/nats/nats_courier.ts";
import { testWithNats, withNats } from "../../support/cluster/nats_server.ts";

testWithNats(
  "an edge has gone once nobody listens for it, and not while NATS is silent",
  async () => {
    await withNats(async (server) => {
      const connections = await Promise.all(
        ["leader", "other"].map((name) => connectNats({ servers: [server.address], name })),
      );
      const [leader, other] = connections.map((each) => new NatsCourier(each, "test"));
      const stop = other!.listen("edge_1", { answered() {}, beat() {} });
      await connections[1]!.flush();
      assert.equal(await leader!.isGone("edge_1"), false);
      assert.equal(await leader!.isGone("edge_2"), true);
      stop();
      await connections[1]!.flush();
      assert.equal(await leader!.isGone("edge_1"), true);
      await server.kill();
      assert.equal(await leader!.isGone("edge_1"), false);
      for (const connection of connections) await connection.close();
    });
  },
);
