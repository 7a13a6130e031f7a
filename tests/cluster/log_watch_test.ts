// Tests of lib/server/cluster/log_watch.ts with a fake clock.
import { setImmediate as nextRound } from "node:timers/promises";
import assert from "node:assert/strict";
import type { LogServer } from "../../lib/cluster/status.ts";
import { LogWatch } from "../../lib/server/cluster/log_watch.ts";
import { FakeClock } from "../support/clock.ts";

const WELL: readonly LogServer[] = ["n0", "n1", "n2"].map((name) => ({
  name,
  current: true,
  lag: 0,
}));
const AWAY: LogServer = { name: "n2", current: false, offline: true, lag: 7 };

class Watched implements Disposable {
  readonly told: string[] = [];
  readonly #clock = new FakeClock(0);
  readonly watch: LogWatch;
  /** `undefined`: the servers do not answer. */
  servers: readonly LogServer[] | undefined = WELL;

  constructor() {
    this.watch = new LogWatch({
      nodes: { log: () => this.#log() },
      log: { write: (level, tag, text) => void this.told.push(`${level} ${tag} ${text}`) },
      after: this.#clock.after,
    });
  }

  async minute(): Promise<number> {
    this.#clock.pass(60_000);
    await nextRound();
    return this.watch.lacking;
  }

  [Symbol.dispose](): void {
    this.watch.close();
  }

  #log() {
    const { servers } = this;
    if (servers === undefined) return Promise.reject(new Error("timeout"));
    return Promise.resolve({ identity: "i", first: 1, last: 9, bytes: 0, replicas: 3, servers });
  }
}

Deno.test("a NATS server that lacks the log in two looks is named once, and so is its return", async () => {
  using watched = new Watched();
  assert.equal(await watched.minute(), 0);
  watched.servers = [...WELL.slice(0, 2), AWAY];
  assert.equal(await watched.minute(), 1);
  assert.deepEqual(watched.told, []);
  for (let minute = 0; minute < 3; minute++) assert.equal(await watched.minute(), 1);
  assert.deepEqual(watched.told.splice(0), [
    "warning CLUSTER the log is on 2 of 3 NATS servers, but not on n2. Start nats-server there, or restart it",
  ]);
  watched.servers = undefined;
  assert.equal(await watched.minute(), 1, "without an answer, nothing is known");
  watched.servers = WELL;
  assert.equal(await watched.minute(), 0);
  assert.deepEqual(watched.told, ["info CLUSTER the log is on all 3 NATS servers again"]);
});

Deno.test("a NATS server that lacks a few batches, or was restarted, is no trouble", async () => {
  using watched = new Watched();
  watched.servers = [...WELL.slice(0, 2), { name: "n2", current: false, lag: 12 }];
  for (let minute = 0; minute < 3; minute++) assert.equal(await watched.minute(), 0);
  watched.servers = [...WELL.slice(0, 2), AWAY];
  assert.equal(await watched.minute(), 1);
  watched.servers = WELL;
  assert.equal(await watched.minute(), 0);
  watched.servers = WELL.map((server) => ({ ...server, current: false, offline: true }));
  assert.equal(await watched.minute(), 0, "without a leader of the log, nothing is known");
  assert.deepEqual(watched.told, []);
});

Deno.test("a log that is on fewer NATS servers than it should be is told, and a closed watch looks no more", async () => {
  const watched = new Watched();
  watched.servers = WELL.slice(0, 2);
  await watched.minute();
  assert.equal(await watched.minute(), 1);
  assert.match(watched.told.join(), /the log is on 2 of 3 NATS servers\. Start/);
  watched.watch.close();
  watched.servers = WELL;
  assert.equal(await watched.minute(), 1);
});
