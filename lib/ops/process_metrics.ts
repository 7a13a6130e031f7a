// Metrics of the process. prom-client's own read 0 or wrong values on Deno.
import { cpuUsage } from "node:process";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const LAG_PERIOD_MS = 500;
const LAG_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/**
 * Adds CPU, memory, start time and the lag of the event loop to a registry.
 *
 * @returns A function that ends the measuring of the lag.
 */
export function addProcessMetrics(registry: Registry): () => void {
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
    help: "Memory the process holds.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "classcord_heap_used_bytes",
    help: "Memory that JavaScript objects take.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().heapUsed);
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the process started, in seconds since 1970.",
    registers,
  }).set(performance.timeOrigin / 1000);
  return measureLag(registry);
}

function measureLag(registry: Registry): () => void {
  const lag = new Histogram({
    name: "classcord_event_loop_lag_seconds",
    help: "How much later than asked for a timer fires.",
    buckets: LAG_BUCKETS,
    registers: [registry],
  });
  let due = performance.now() + LAG_PERIOD_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lag.observe(Math.max(0, now - due) / 1000);
    due = now + LAG_PERIOD_MS;
  }, LAG_PERIOD_MS);
  return () => clearInterval(timer);
}
