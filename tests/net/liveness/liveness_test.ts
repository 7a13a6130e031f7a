// Tests of lib/net/liveness/liveness.ts, with a fake clock and a fake kernel table.
import assert from "node:assert/strict";
import type { Connection } from "../../../lib/net/connection.ts";
import { watchLiveness } from "../../../lib/net/liveness/liveness.ts";
import type { CloseReason } from "../../../lib/net/peer.ts";
import { endpointsKey } from "../../../lib/net/liveness/tcp_table.ts";
import { FakeClock } from "../../support/clock.ts";

/** A fake connection with the members that the watch uses. */
class Watched {
  heardAt = 0;
  queuedBytes = 0;
  takenBytes = 0;
  probes = 0;
  reason: CloseReason | undefined;
  readonly wire: Deno.TcpConn;

  constructor(port: number) {
    const end = (port: number) => ({ transport: "tcp", hostname: "10.0.0.1", port });
    this.wire = { localAddr: end(12345), remoteAddr: end(port) } as Deno.TcpConn;
  }

  get key(): string {
    return endpointsKey(this.wire);
  }

  get closed(): boolean {
    return this.reason !== undefined;
  }

  abort(reason: CloseReason): void {
    this.reason ??= reason;
  }
}

interface Setup {
  readonly clock: FakeClock;
  readonly peers: Watched[];
  /** Keys of the peers that owe an acknowledgement; an error if the table cannot be read. */
  stalled: Set<string> | Error;
  readonly failures: unknown[];
  /** Moves the clock forward by some seconds, and runs all checks that are due. */
  pass(seconds: number): Promise<void>;
  readonly reads: number;
}

async function withWatch(count: number, work: (setup: Setup) => Promise<void>): Promise<void> {
  const clock = new FakeClock(0);
  const peers = Array.from({ length: count }, (_, i) => new Watched(i + 1));
  const failures: unknown[] = [];
  let looked = Promise.withResolvers<void>();
  let reads = 0;
  const setup: Setup = {
    clock,
    peers,
    stalled: new Set(),
    failures,
    get reads() {
      return reads;
    },
    async pass(seconds) {
      for (let passed = 0; passed < seconds; passed++) {
        if (clock.pass(1_000) > 0) await looked.promise;
        looked = Promise.withResolvers();
      }
    },
  };
  const stop = watchLiveness({
    connections: () =>
      peers.filter(({ closed }) => !closed)
        .map((peer) => [peer as unknown as Connection, peer.wire] as const),
    unreadable: (error) => failures.push(error),
    probe: (wire) => peers.find((peer) => peer.wire === wire)!.probes++,
    stalled() {
      reads++;
      return setup.stalled instanceof Error
        ? Promise.reject(setup.stalled)
        : Promise.resolve(setup.stalled);
    },
    now: clock.now,
    // The watch schedules the next check when a check is over.
    after(milliseconds, run) {
      looked.resolve();
      return clock.after(milliseconds, run);
    },
  });
  await work(setup);
  await stop();
  assert.equal(clock.waiting, 0);
}

Deno.test("a peer that leaves data unacknowledged for a minute times out within two minutes", async () => {
  await withWatch(2, async (setup) => {
    const [dead, alive] = setup.peers;
    setup.stalled = new Set([dead!.key]);
    await setup.pass(60);
    assert.equal(dead!.reason, undefined, "a radio connection may be interrupted for this long");
    await setup.pass(60);
    assert.deepEqual([dead!.reason, alive!.reason], ["timeout", undefined]);
  });
});

Deno.test("a peer that acknowledges late, or sends data, stays connected", async () => {
  await withWatch(2, async (setup) => {
    const [late, talking] = setup.peers;
    setup.stalled = new Set([late!.key, talking!.key]);
    await setup.pass(50);
    setup.stalled = new Set([talking!.key]);
    talking!.heardAt = setup.clock.now();
    await setup.pass(16);
    setup.stalled = new Set([late!.key, talking!.key]);
    await setup.pass(50);
    assert.deepEqual([late!.reason, talking!.reason], [undefined, undefined]);
  });
});

Deno.test("each check probes the silent peers only, and reads the table only if there are any", async () => {
  await withWatch(2, async (setup) => {
    const [silent, talking] = setup.peers;
    for (let second = 0; second < 64; second++) {
      talking!.heardAt = setup.clock.now();
      await setup.pass(1);
    }
    assert.deepEqual([silent!.probes, talking!.probes], [6, 0]);
    assert.equal(setup.reads, 6);
    silent!.reason = "client";
    await setup.pass(16);
    assert.equal(setup.reads, 6, "no peer is silent");
  });
});

Deno.test("a peer that takes none of the queued data for two minutes is a slow consumer", async () => {
  await withWatch(3, async (setup) => {
    const [stuck, slow, idle] = setup.peers;
    stuck!.queuedBytes = slow!.queuedBytes = 10;
    for (let minute = 0; minute < 3; minute++) {
      slow!.takenBytes++;
      await setup.pass(60);
    }
    assert.deepEqual(
      [stuck!.reason, slow!.reason, idle!.reason],
      ["slow_consumer", undefined, undefined],
    );
  });
});

Deno.test("an unreadable table is reported once, and probes continue", async () => {
  await withWatch(1, async (setup) => {
    setup.stalled = new Error("no cat");
    await setup.pass(100);
    assert.equal(setup.failures.length, 1);
    assert.ok(setup.peers[0]!.probes > 5);
    setup.stalled = new Set();
    await setup.pass(8);
    setup.stalled = new Error("no cat");
    await setup.pass(16);
    assert.equal(setup.failures.length, 2);
  });
});

Deno.test("ten thousand silent peers are probed in short steps", async () => {
  await withWatch(10_000, async (setup) => {
    await setup.pass(20);
    const before = setup.peers.filter(({ probes }) => probes > 0).length;
    setup.clock.pass(4_000);
    const first = setup.peers.filter(({ probes }) => probes > 0).length - before;
    assert.ok(first <= 200, `${first} at once`);
    await setup.pass(1);
  });
});
