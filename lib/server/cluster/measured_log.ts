// A log that counts, for the metrics, what a node appends and applies.
import type { NodeLog } from "../../cluster/node_parts.ts";
import type { NodeMeter } from "../../ops/metrics/cluster.ts";

/**
 * Returns the log with a meter.
 *
 * @param now A monotonic clock in milliseconds.
 */
export function measured(log: NodeLog, meter: NodeMeter, now: () => number): NodeLog {
  return {
    identity: log.identity,
    get behind() {
      return log.behind;
    },
    range: () => log.range(),
    purge: (upTo) => log.purge(upTo),
    async append(batch) {
      const began = now();
      const sequence = await log.append(batch);
      meter.appended((now() - began) / 1000);
      meter.batch();
      if (batch.lead !== undefined) meter.tookOver();
      return sequence;
    },
    follow: (from, onBatch) =>
      log.follow(from, (batch, sequence) => {
        meter.batch();
        return onBatch(batch, sequence);
      }),
  };
}
