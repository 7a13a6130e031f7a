// The metrics of the school's directory: its answers, and how long they take.
import { CONVERSATION_RESULTS, type ConversationResult } from "../../auth/directory.ts";
import { Counter, Histogram, type Registry } from "./prom.ts";

const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Adds the metrics to a registry. @returns A function that counts a request to the directory. */
export function addDirectoryMetrics(
  registry: Registry,
): (result: ConversationResult, seconds: number) => void {
  const registers = [registry];
  const requests = new Counter({
    name: "classcord_directory_requests_total",
    help: "Requests to the directory of the school, by result.",
    labelNames: ["result"],
    registers,
  });
  for (const result of CONVERSATION_RESULTS) requests.inc({ result }, 0);
  const duration = new Histogram({
    name: "classcord_directory_seconds",
    help: "Time of a request to the directory of the school, including the wait.",
    buckets: BUCKETS,
    registers,
  });
  return (result, seconds) => {
    requests.inc({ result });
    duration.observe(seconds);
  };
}
