// Tests of lib/net/liveness/tcp_table.ts.
import assert from "node:assert/strict";
import { endpointsKey, readStalled, stalledOf } from "../../../lib/net/liveness/tcp_table.ts";

const HEADER =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

function row(fields: { local?: string; remote?: string; queue?: string; timer?: string } = {}) {
  const { local = "0107D50A:1BD3", remote = "0207D50A:DA72", queue = "00000006", timer } = fields;
  return `   5: ${local} ${remote} 01 ${queue}:00000000 ${
    timer ?? "01:0000002E 00000002     0        0"
  } 47093 3 00000000182`;
}

type End = readonly [hostname: string, port: number];

function wire(local: End, remote: End) {
  const end = ([hostname, port]: End) => ({ transport: "tcp" as const, hostname, port });
  return { localAddr: end(local), remoteAddr: end(remote) };
}

Deno.test("a peer owes an acknowledgement if the kernel sends data again", () => {
  assert.equal(stalledOf(row()), endpointsKey(wire(["10.213.7.1", 7123], ["10.213.7.2", 55922])));
  assert.equal(stalledOf(HEADER), undefined);
  assert.equal(stalledOf(""), undefined);
});

Deno.test("a peer that leaves a window probe unanswered owes an acknowledgement, an idle or busy peer does not", () => {
  const asked = row({ timer: "04:0000002E 00000000     0        3" });
  assert.equal(stalledOf(asked), "10.213.7.1:7123 10.213.7.2:55922");
  const idle = row({ queue: "00000000", timer: "02:000000DD 00000000     0        1" });
  assert.equal(stalledOf(idle), undefined, "the kernel itself ends an idle connection");
  assert.equal(stalledOf(row({ timer: "01:0000002E 00000000  1000        0" })), undefined);
});

Deno.test("the table and the sockets give the same keys, also for IPv6 and IPv4-mapped addresses", () => {
  const six = row({
    local: "B80D0120000000000000000001000000:1BD3",
    remote: "B80D0120000000000000000002000000:0050",
  });
  assert.equal(stalledOf(six), endpointsKey(wire(["2001:db8::1", 7123], ["2001:db8::2", 80])));
  const mapped = row({
    local: "0000000000000000FFFF00000100007F:1BD3",
    remote: "0000000000000000FFFF00000200007F:0050",
  });
  assert.equal(
    stalledOf(mapped),
    endpointsKey(wire(["::ffff:127.0.0.1", 7123], ["127.0.0.2", 80])),
  );
  assert.equal(
    endpointsKey(wire(["fe80::1%eth0", 1], ["fe80::2%2", 2])),
    "[fe80::1]:1 [fe80::2]:2",
  );
});

Deno.test({
  name: "readStalled reads the table of this machine (Linux)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    assert.ok(await readStalled() instanceof Set);
  },
});
