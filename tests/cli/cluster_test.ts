// Tests of what `classcord cluster` prints.
import assert from "node:assert/strict";
import { describe } from "../../lib/cli/admin/cluster.ts";
import type { ReplyOf } from "../../lib/protocol/replies/families.ts";

const since = "2026-11-22T06:20:00.123Z";
const common = { version: "0.3.0", batch: 12_400, since };

const WELL: ReplyOf<"cluster"> = {
  type: "cluster",
  name: "classcord",
  node: "salle-2",
  leader: "salle-1",
  log: {
    identity: "i",
    first: 56,
    last: 12_400,
    bytes: 9_000_000,
    replicas: 3,
    servers: ["n0", "n1", "n2"].map((name) => ({ name, current: true, lag: 0 })),
  },
  nodes: [
    { ...common, node: "salle-1", state: "leads", behind: 0, clients: 31 },
    { ...common, node: "salle-2", state: "follows", behind: 0, clients: 29, clock_ms: 3 },
    { ...common, node: "salle-3", state: "silent", behind: 1_234 },
  ],
};

/** The lines, without the last column, which depends on the time zone. */
function linesOf(reply: ReplyOf<"cluster">): string[] {
  return describe(reply).split("\n").map((line) =>
    line.replace(/ +(?:2026-11-2\d )?\d\d:\d\d:00$/, "")
  );
}

Deno.test("cluster prints who leads, the log, and a line for each node", () => {
  assert.deepEqual(linesOf(WELL), [
    "Cluster classcord: 3 nodes, led by salle-1. The log has 12,345 batches on 3 NATS servers.",
    "NODE     STATE    BEHIND  CLIENTS  VERSION  CLOCK  SINCE",
    "salle-1  leads         0       31  0.3.0        –",
    "salle-2  follows       0       29  0.3.0    +3 ms",
    "salle-3  silent    1,234        –  0.3.0        –",
  ]);
});

Deno.test("cluster says what is wrong and what to do", () => {
  const { log, nodes } = WELL;
  const [first, second, third] = nodes;
  const servers = [
    { name: "n0", current: true, lag: 0 },
    { name: "n1", current: false, lag: 2_000 },
  ];
  const lines = linesOf({
    ...WELL,
    leader: undefined,
    log: { ...log!, servers },
    nodes: [
      { ...first!, state: "cut_off" },
      { ...second!, clock_ms: -12_400, version: "0.4.0" },
      third!,
    ],
  });
  assert.match(lines[0]!, /, led by none at the moment\./);
  assert.match(lines[2]!, /^salle-1 {2}cut off /);
  assert.match(lines[3]!, / -12s$/);
  assert.deepEqual(lines.slice(5), [
    "The clock of salle-2 is 12s behind. Synchronise the clocks of the machines.",
    "The nodes have different versions. Finish the update.",
    "The NATS server n1 is not current: it lacks 2,000 batches.",
    "The log should be on 3 NATS servers.",
  ]);
  assert.match(lines[0]!, / batches on 1 of 2 NATS servers\.$/);
  const [head, ...others] = linesOf({ ...WELL, log: undefined });
  assert.match(head!, /led by salle-1\. The NATS servers do not answer\.$/);
  assert.equal(others.length, 4);
});

Deno.test("cluster warns of NATS servers that are away", () => {
  const { log } = WELL;
  const away = { current: false, offline: true, lag: 12_345 } as const;
  const [first, second] = log!.servers;
  const one = linesOf({
    ...WELL,
    log: { ...log!, servers: [first!, second!, { name: "n2", ...away }] },
  });
  assert.match(one[0]!, / batches on 2 of 3 NATS servers\.$/);
  assert.deepEqual(one.slice(5), [
    "The NATS server n2 cannot be reached.",
    "If another NATS server stops, nobody can write.",
  ]);
  const servers = [
    { name: "n0", ...away },
    { name: "n1", ...away },
    { name: "n2", current: false, lag: 12_345 },
  ];
  const two = linesOf({ ...WELL, log: { ...log!, servers } });
  assert.match(two[0]!, / The log has 12,345 batches\. Its NATS servers have no leader\.$/);
  assert.deepEqual(two.slice(5), [
    "The NATS server n0 cannot be reached.",
    "The NATS server n1 cannot be reached.",
    "The NATS server n2 is not current.",
  ]);
});
