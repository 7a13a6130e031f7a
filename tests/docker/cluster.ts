// compose.cluster.yaml: three servers are one chat, confined, and go on without one NATS server and one node.
import assert from "node:assert/strict";
import { until } from "../package/machine.ts";
import { step } from "../package/step.ts";
import { Client } from "../support/client.ts";
import { areConfined } from "./compose.ts";
import { ADDRESS, type Engine } from "./engine.ts";

const PORTS = [12345, 12355, 12365] as const;
const PASSWORD = "not-a-default";
const NATS = ["nats-1", "nats-2", "nats-3"];
const NODES = ["node-1", "node-2", "node-3"];

/** Starts compose.cluster.yaml and proves what it promises. */
export async function proveCluster(engine: Engine, root: string): Promise<void> {
  const compose = (command: string, password: string = PASSWORD) =>
    engine.shell(
      `cd "$1"; ${
        password && `export NATS_PASSWORD=${password};`
      } exec docker-compose -p cctest -f compose.cluster.yaml ${command} 2>&1`,
      root,
    );
  const shown = (node: string) => compose(`exec -T ${node} classcord cluster`);
  const steps: readonly [string, () => Promise<unknown>][] = [
    [
      "it requires a password for NATS",
      () => assert.rejects(compose("up --detach", ""), /set NATS_PASSWORD in \.env/),
    ],
    ["it starts", () => compose("up --detach")],
    ["each container is locked down", () => areConfined(engine, [...NATS, ...NODES])],
    ["three nodes are a cluster", () =>
      until("three nodes", async () => {
        const text = await shown("node-3");
        return /^Cluster classcord: 3 nodes, led by node-\d\./m.test(text) || undefined;
      })],
    ["they are one chat", () => hear(0, 2)],
    ["they are one chat without one NATS server and one node", async () => {
      await compose("kill nats-1 node-1");
      await until("a node that leads", async () => {
        return /^node-[23] +leads /m.test(await shown("node-3")) || undefined;
      });
      await hear(1, 2);
    }],
    ["what was stopped comes back", async () => {
      await compose("up --detach");
      await until("the chat of node-1", async () => {
        await hear(0, 1);
        return true;
      });
    }],
    ["it is removed completely", () => compose("down --volumes")],
  ];
  try {
    for (const [what, action] of steps) await step(`cluster: ${what}`, action);
  } catch (error) {
    console.log(await compose("ps"), await compose("logs --no-color --tail 60"));
    throw error;
  }
}

/** Lets a guest at one node hear a guest at another. */
async function hear(from: number, to: number): Promise<void> {
  await using listener = await Client.connect(PORTS[to]!, ADDRESS.engine);
  await accepted(listener, { from: "ada", content: "" });
  await using speaker = await Client.connect(PORTS[from]!, ADDRESS.engine);
  await accepted(speaker, { from: "bob", content: "bonjour" });
  for (;;) {
    const { type, content } = await listener.line();
    if (type !== "message") continue;
    assert.equal(content, "bonjour");
    return;
  }
}

async function accepted(client: Client, message: { from: string; content: string }): Promise<void> {
  const reply = await client.ask({ type: "message", ...message, ref: "r" });
  assert.equal(reply["type"], "ack", JSON.stringify(reply));
}
