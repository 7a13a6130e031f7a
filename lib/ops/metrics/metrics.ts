// The metrics for Prometheus: counters that observe the chat, and gauges that are read on request.
import { Counter, Histogram, Registry } from "./prom.ts";
import type { ConversationResult } from "../../auth/directory.ts";
import {
  LOGIN_RESULTS,
  MODERATION_ACTIONS,
  type ModerationAction,
  REFUSALS,
  RESUME_RESULTS,
  type ServerObserver,
} from "../../chat/observer.ts";
import { COMMAND_NAMES } from "../../chat/slash/run.ts";
import { ERROR_CODES } from "../../protocol/error_codes.ts";
import type { Step } from "../../net/entrance/entrance.ts";
import { CLOSE_REASONS } from "../../net/peer.ts";
import { WEB_OUTCOMES, type WebOutcome } from "../../net/web/outcomes.ts";
import { addNodeMeter, NO_NODE, type NodeMeter } from "./cluster.ts";
import type { LagMeter } from "./event_loop_lag.ts";
import { addDirectoryMetrics } from "./directory.ts";
import { addGauges, type GaugeSources } from "./gauges.ts";
import { addProcessMetrics } from "./process.ts";
import { addTlsMetrics } from "./tls.ts";

/** Options of the metrics. */
export interface MetricOptions {
  /** Returns the TLS certificate. Without this, there are no metrics of TLS. */
  readonly certificate?: (() => { readonly notAfter: Date }) | undefined;
  /** Whether there is a directory. Without it, there are no metrics of it. */
  readonly hasDirectory?: boolean;
  /** Whether the server is a node of a cluster. Without this, there are no metrics of clusters. */
  readonly inCluster?: boolean;
}

/** The metrics of one server. */
export interface Metrics {
  readonly observer: ServerObserver;
  /** Adds the gauges, once there is something to measure. Call this once. */
  readonly measure: (sources: GaugeSources) => void;
  /** Counts a TLS handshake. */
  readonly countHandshake: (outcome: Step["outcome"]) => void;
  /** Counts a request to the directory of the school. */
  readonly countDirectory: (result: ConversationResult, seconds: number) => void;
  /** Counts what a node of a cluster does with the log. */
  readonly node: NodeMeter;
  /** Counts the outcome of a browser's request. */
  readonly countWeb: (outcome: WebOutcome) => void;
  /** The MIME type of {@linkcode text}. */
  readonly contentType: string;
  /** Returns the metrics in the text format of Prometheus. */
  text(): Promise<string>;
  /** The registry of the metrics. */
  readonly registry: Registry;
  /** The lag of the event loop. */
  readonly lag: LagMeter;
  /** Stops measuring the event loop. */
  stop(): void;
}

const SHORT_TIMES = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  1,
];

/** Creates the metrics, in a registry of their own. */
export function createMetrics(
  { certificate, hasDirectory = false, inCluster = false }: MetricOptions = {},
): Metrics {
  const registry = new Registry();
  const countHandshake = certificate ? addTlsMetrics(registry, certificate) : () => {};
  const countDirectory = hasDirectory ? addDirectoryMetrics(registry) : () => {};
  const node = inCluster ? addNodeMeter(registry) : NO_NODE;
  const registers = [registry];
  const lag = addProcessMetrics(registry);

  function counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers });
  }
  function labelled<T extends string>(
    label: T,
    values: readonly string[],
    { name, help }: { name: string; help: string },
  ): Counter<T> {
    const made = new Counter({ name, help, labelNames: [label], registers });
    // A series that starts at 0 shows its first increase in a rate.
    for (const value of values) made.inc({ [label]: value } as Record<T, string>, 0);
    return made;
  }
  function histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: SHORT_TIMES, registers });
  }

  const messages = labelled("subtype", ["global", "private"], {
    name: "classcord_messages_total",
    help: "Messages stored and delivered.",
  });
  const deliveries = counter(
    "classcord_deliveries_total",
    "Messages added to outboxes, one for each recipient connection.",
  );
  const accepted = counter("classcord_connections_total", "Connections accepted.");
  const refusedConnections = labelled("limit", REFUSALS, {
    name: "classcord_refused_connections_total",
    help: "Connections rejected: over a limit, banned, or without the PROXY header of a proxy.",
  });
  const disconnections = labelled("reason", CLOSE_REASONS, {
    name: "classcord_disconnections_total",
    help: "Connections that ended, by reason.",
  });
  const slowConsumers = counter(
    "classcord_slow_consumers_total",
    "Connections closed because they read too slowly.",
  );
  const logins = labelled("result", LOGIN_RESULTS, {
    name: "classcord_logins_total",
    help: "Login attempts, by result.",
  });
  const resumes = labelled("result", RESUME_RESULTS, {
    name: "classcord_resumes_total",
    help: "Clients that came back with a token, or tried to, by result.",
  });
  const registrations = counter("classcord_registrations_total", "Accounts registered.");
  const refusedRequests = labelled("code", ERROR_CODES, {
    name: "classcord_refused_requests_total",
    help: "Requests rejected, by error code.",
  });
  const reports = counter("classcord_reports_total", "Messages that users reported to the staff.");
  const moderation = labelled("action", MODERATION_ACTIONS.filter(isOfStaff), {
    name: "classcord_moderation_total",
    help: "Actions of moderators and operators, by kind.",
  });
  const commands = labelled("command", [...COMMAND_NAMES, "unknown"], {
    name: "classcord_commands_total",
    help: "Slash commands run, by command.",
  });
  const mailDelivered = counter(
    "classcord_mail_delivered_total",
    "Private messages delivered after they waited for their account.",
  );
  const mailReturned = counter(
    "classcord_mail_returned_total",
    "Private messages stored again because their connection ended without a sign that they arrived.",
  );
  const commit = histogram(
    "classcord_store_commit_seconds",
    "Time of a transaction of messages.",
  );
  const latency = histogram(
    "classcord_delivery_seconds",
    "Time from reading a message to adding it to the last outbox, including the time to store it.",
  );
  const storeFailures = counter(
    "classcord_store_failures_total",
    "Messages rejected because they could not be stored.",
  );
  const handlerFailures = counter(
    "classcord_handler_failures_total",
    "Requests that failed because of a bug.",
  );
  const web = labelled("outcome", WEB_OUTCOMES, {
    name: "classcord_web_requests_total",
    help: "Requests of browsers on the ports of the chat, by outcome.",
  });

  return {
    measure: (sources) => addGauges(registry, sources),
    countHandshake,
    countDirectory,
    node,
    countWeb: (outcome) => web.inc({ outcome }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    registry,
    lag,
    stop: () => lag.stop(),
    observer: {
      accepted: () => accepted.inc(),
      connected() {},
      refusedConnection: (_peer, limit) => refusedConnections.inc({ limit }),
      disconnected(_peer, reason) {
        disconnections.inc({ reason });
        if (reason === "slow_consumer") slowConsumers.inc();
      },
      endedUnheard: (_peer, reason) => disconnections.inc({ reason }),
      joined() {},
      left() {},
      registered: () => registrations.inc(),
      login: (_peer, _name, result) => logins.inc({ result }),
      resumed: (_peer, result) => resumes.inc({ result }),
      guessed() {},
      stateChanged() {},
      moderated(_peer, { action }) {
        if (action === "report") reports.inc();
        else if (isOfStaff(action)) moderation.inc({ action });
      },
      commandRun: (_peer, command) => commands.inc({ command }),
      mailDelivered: (_peer, count) => mailDelivered.inc(count),
      mailReturned: (_peer, count) => mailReturned.inc(count),
      offence() {},
      refusedRequest: (_peer, code) => refusedRequests.inc({ code }),
      delivered(turn) {
        if (turn.global > 0) messages.inc({ subtype: "global" }, turn.global);
        if (turn.private > 0) messages.inc({ subtype: "private" }, turn.private);
        deliveries.inc(turn.deliveries);
        commit.observe(turn.commitSeconds);
        for (const seconds of turn.latencies) latency.observe(seconds);
      },
      storeFailed: (_error, count) => storeFailures.inc(count),
      handlerFailed: () => handlerFailures.inc(),
    },
  };
}

// Users report messages; all other actions are of moderators and operators.
// Without a cluster, nothing of it is shown.
const UNCOUNTED: ReadonlySet<ModerationAction> = new Set<ModerationAction>([
  "cluster_forget",
  "cluster_step_down",
]);

function isOfStaff(action: ModerationAction): boolean {
  return action !== "report" && !UNCOUNTED.has(action);
}
