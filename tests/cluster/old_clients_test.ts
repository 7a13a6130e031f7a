// Clients that were written years ago cannot reconnect. Their connections survive the loss of the leader, and each message is
// stored and shown once.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { testWithNats } from "../support/cluster/nats_server.ts";
import { OldClient } from "../support/cluster/old_client.ts";
import { NODES, type Region, withRegion } from "../support/cluster/region.ts";

const MEMBERS = 40;
const GUESTS = 160;
const LOSSES = 5;
/** The clients are at these nodes. The other one can be killed. */
const HOMES = [1, 2];

async function enter(region: Region): Promise<OldClient[]> {
  const clients: OldClient[] = [];
  for (let at = 0; at < MEMBERS + GUESTS; at++) {
    const { port } = region.node(HOMES[at % HOMES.length]!);
    const kind = at < MEMBERS ? OldClient.member : OldClient.guest;
    clients.push(await kind(port, `old${at}`));
  }
  return clients;
}

/** The leader is killed, or, if clients are at it, stopped until another node leads. */
async function loseLeader(region: Region): Promise<"killed" | "stopped"> {
  const { leader } = region;
  if (!HOMES.includes(leader)) {
    await region.kill(leader);
    await region.untilOtherLeads(leader);
    await region.start(leader);
    return "killed";
  }
  region.node(leader).signal("SIGSTOP");
  await region.untilOtherLeads(leader);
  region.node(leader).signal("SIGCONT");
  return "stopped";
}

async function sayAll(clients: readonly OldClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.say()));
}

async function oldClients(region: Region): Promise<void> {
  const clients = await enter(region);
  const { leads } = region.witness;
  for (let loss = 0; loss < LOSSES; loss++) {
    await sayAll(clients);
    const losing = loseLeader(region);
    await sayAll(clients);
    await losing;
    await sayAll(clients);
  }
  const all = clients.flatMap(({ sent }) => sent);
  await Promise.all(clients.map((client) => client.hasShown(all.length - client.sent.length)));
  // What follows a message would be shown by now.
  const users = await Promise.all(clients.map((client) => client.users()));
  const names = clients.map(({ name }) => name).sort();
  for (const each of users) assert.deepEqual(each.toSorted(), names);
  await region.witness.catchUp();
  assert.equal(region.witness.leads, leads + LOSSES);
  const others = new Map(clients.map((client) => [client, [...client.others]]));
  for (const { name, isLost } of clients) {
    assert.equal(isLost, false, `the connection of ${name} has ended`);
  }
  for (const client of clients) await client.close();
  await region.checkDatabases();
  await region.checkLogs();
  const order = storedIn(region);
  assert.deepEqual(order.toSorted(), all.toSorted(), "each message is stored once");
  for (const client of clients) {
    const { name, sent, shown } = client;
    const own = new Set(sent);
    assert.deepEqual(shown, order.filter((content) => !own.has(content)), `what ${name} was shown`);
    const gone = others.get(client)!.filter(({ type, state }) =>
      type !== "status" || state !== "online"
    );
    assert.deepEqual(gone, [], `what else ${name} was sent`);
  }
}

function storedIn({ directory }: Region): string[] {
  const database = new DatabaseSync(`${directory}/${NODES[0]}/classcord.db`, { readOnly: true });
  try {
    return database.prepare("SELECT content FROM messages ORDER BY id").all()
      .map(({ content }) => String(content));
  } finally {
    database.close();
  }
}

// It takes minutes, and runs with `task test:cluster`.
if (Deno.env.has("CLUSTER_ROUNDS")) {
  for (const servers of [1, 3] as const) {
    testWithNats(
      `200 old clients go on through five losses of the leader, on ${servers} NATS servers`,
      () => withRegion(servers, oldClients),
    );
  }
}
