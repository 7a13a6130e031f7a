// The metrics of the process. On Deno, prom-client's own metrics are 0 or wrong.
import { cpuUsage } from "node:process";
import { Counter, Gauge, Histogram, type Registry } from "./prom.ts";
import { LagMeter } from "./event_loop_lag.ts";

const LAG_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/**
 * Adds CPU time, memory, start time and the lag of the event loop to a registry.
 *
 * @returns The meter of the lag. The caller must stop it.
 */
export function addProcessMetrics(registry: Registry): LagMeter {
  const registers = [registry];
  let reported = 0;
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time spent.",
    registers,
    collect() {
      const { user, system } = cpuUsage();
      const seconds = (user + system) / 1e6;
      this.inc(Math.max(0, seconds - reported));
      reported = seconds;
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "classcord_heap_used_bytes",
    help: "Memory of JavaScript objects.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().heapUsed);
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "Start time of the process, in seconds since 1970.",
    registers,
  }).set(performance.timeOrigin / 1000);
  return measureLag(registry);
}

function measureLag(registry: Registry): LagMeter {
  const lag = new Histogram({
    name: "classcord_event_loop_lag_seconds",
    help: "Delay of a timer beyond the time that was asked for.",
    buckets: LAG_BUCKETS,
    registers: [registry],
  });
  return new LagMeter((seconds) => lag.observe(seconds));
}
