// The panels of the dashboard. The Grafana dashboard, its picture and its tests are made from them.

/** A line of a panel. */
export interface Query {
  readonly expr: string;
  /** Its name in the legend. Names of labels are in double braces. */
  readonly legend: string;
  /** Why it may have no data on a healthy server, if it may. */
  readonly mayBeEmpty?: string;
}

/** A panel of the dashboard. */
export interface Panel {
  readonly title: string;
  /** What it shows, for the info icon. */
  readonly description: string;
  readonly kind: "stat" | "graph";
  /** Grafana's name for the unit. */
  readonly unit: "short" | "s" | "bytes" | "percentunit" | "ops" | "dtdurations";
  readonly queries: readonly Query[];
  /**
   * From the first value on a stat is yellow, from the second on red. If the second is smaller, smaller values are
   * worse.
   */
  readonly thresholds?: readonly [yellow: number, red: number];
  /** Texts that a stat shows instead of some values. */
  readonly texts?: Readonly<Record<number, { readonly text: string; readonly color: string }>>;
}

/** The server, which the user selects at the top of the dashboard. */
const SERVER = 'job="classcord", instance=~"$instance"';
const RATE = "[$__rate_interval]";

function rate(metric: string, matchers = ""): string {
  return `rate(${metric}{${SERVER}${matchers && `, ${matchers}`}}${RATE})`;
}

function quantile(q: number, metric: string): string {
  return `histogram_quantile(${q}, sum by (le) (${rate(`${metric}_bucket`)}))`;
}

const DAY = 86_400;
const NO_CLUSTER = "the server belongs to no cluster";

/** The panels, starting at the top left. */
export const PANELS: readonly Panel[] = [
  {
    title: "Server",
    description: "Whether Prometheus reaches it; of several, whether it reaches all of them.",
    kind: "stat",
    unit: "short",
    texts: { 0: { text: "down", color: "red" }, 1: { text: "up", color: "green" } },
    queries: [{ expr: `min(up{${SERVER}}) or vector(0)`, legend: "server" }],
  },
  {
    title: "Alerts",
    description: "Alerts that fire now. Prometheus' page has them, and METRICS.md what to do.",
    kind: "stat",
    unit: "short",
    thresholds: [1, 2],
    queries: [{
      expr: `count(ALERTS{${SERVER}, alertstate="firing"}) or vector(0)`,
      legend: "alerts",
    }],
  },
  {
    title: "Users online",
    description: "Members and guests who have joined.",
    kind: "stat",
    unit: "short",
    queries: [{ expr: `sum(classcord_users_online{${SERVER}})`, legend: "users" }],
  },
  {
    title: "Messages a second",
    description: "Written by users, over five minutes.",
    kind: "stat",
    unit: "short",
    queries: [{
      expr: 'sum(classcord:messages:rate5m{instance=~"$instance"})',
      legend: "messages",
    }],
  },
  {
    title: "Delivery, 99 %",
    description: "99 of 100 messages reach the last outbox within this time.",
    kind: "stat",
    unit: "s",
    thresholds: [0.1, 0.5],
    queries: [{
      expr: 'max(classcord:delivery_seconds:p99_5m{instance=~"$instance"})',
      legend: "delivery",
    }],
  },
  {
    title: "Loop lag, 99 %",
    description: "Of the event loop: what every request waits beside its own work.",
    kind: "stat",
    unit: "s",
    thresholds: [0.05, 0.1],
    queries: [{
      expr: 'max(classcord:event_loop_lag_seconds:p99_5m{instance=~"$instance"})',
      legend: "lag",
    }],
  },
  {
    title: "Last backup",
    description: "How long ago it was made. Without one, the time since the server started.",
    kind: "stat",
    unit: "dtdurations",
    thresholds: [25 * 3600, 26 * 3600],
    queries: [{
      expr: `time() - max(classcord_last_backup_timestamp_seconds{${SERVER}} > 0 ` +
        `or process_start_time_seconds{${SERVER}})`,
      legend: "ago",
    }],
  },
  {
    title: "Certificate",
    description: "Time until the certificate of TLS expires.",
    kind: "stat",
    unit: "dtdurations",
    thresholds: [21 * DAY, 14 * DAY],
    texts: { 0: { text: "no TLS", color: "text" } },
    queries: [{
      expr: `min(classcord_tls_certificate_not_after_timestamp_seconds{${SERVER}}) - time() ` +
        "or vector(0)",
      legend: "left",
    }],
  },
  {
    title: "Connections and users",
    description: "Connections far above users: somebody connects and does not join.",
    kind: "graph",
    unit: "short",
    queries: [
      { expr: `classcord_connections{${SERVER}}`, legend: "connections" },
      { expr: `classcord_users_online{${SERVER}}`, legend: "{{kind}}s" },
    ],
  },
  {
    title: "Messages",
    description: "Messages a second, and what they became: one delivery for each recipient.",
    kind: "graph",
    unit: "ops",
    queries: [
      { expr: rate("classcord_messages_total"), legend: "{{subtype}}" },
      { expr: rate("classcord_deliveries_total"), legend: "deliveries" },
    ],
  },
  {
    title: "Delivery latency",
    description:
      "From the read of a message to its hand-over to the last outbox, storing included.",
    kind: "graph",
    unit: "s",
    queries: [
      { expr: quantile(0.5, "classcord_delivery_seconds"), legend: "50 %" },
      { expr: quantile(0.99, "classcord_delivery_seconds"), legend: "99 %" },
      { expr: quantile(0.99, "classcord_store_commit_seconds"), legend: "99 % of commits" },
    ],
  },
  {
    title: "Lag of the event loop",
    description: "How much later than asked for a timer fires.",
    kind: "graph",
    unit: "s",
    queries: [
      { expr: quantile(0.5, "classcord_event_loop_lag_seconds"), legend: "50 %" },
      { expr: quantile(0.99, "classcord_event_loop_lag_seconds"), legend: "99 %" },
    ],
  },
  {
    title: "Logins",
    description: "Logins a second, by result, and passwords that wait to be hashed.",
    kind: "graph",
    unit: "short",
    queries: [
      { expr: rate("classcord_logins_total"), legend: "{{result}}" },
      { expr: `classcord_passwords_waiting{${SERVER}}`, legend: "waiting" },
    ],
  },
  {
    title: "Bans and moderation",
    description:
      "Bans in force, connections rejected per second, actions of moderators per second.",
    kind: "graph",
    unit: "short",
    queries: [
      { expr: `classcord_bans{${SERVER}}`, legend: "bans in force" },
      { expr: rate("classcord_refused_connections_total"), legend: "refused: {{limit}}" },
      { expr: `sum(${rate("classcord_moderation_total")})`, legend: "acts" },
    ],
  },
  {
    title: "Outboxes",
    description: "Bytes that wait to be written to clients.",
    kind: "graph",
    unit: "bytes",
    queries: [{ expr: `classcord_outbox_bytes{${SERVER}}`, legend: "waiting" }],
  },
  {
    title: "Disconnections",
    description: "Connections that ended, a second, by reason.",
    kind: "graph",
    unit: "short",
    queries: [{ expr: rate("classcord_disconnections_total"), legend: "{{reason}}" }],
  },
  {
    title: "Errors",
    description: "Requests refused a second; messages that could not be stored, and bugs.",
    kind: "graph",
    unit: "short",
    queries: [
      {
        expr: `topk(5, ${rate("classcord_refused_requests_total")} > 0)`,
        legend: "{{code}}",
        mayBeEmpty: "nothing was refused",
      },
      { expr: rate("classcord_store_failures_total"), legend: "not stored" },
      { expr: rate("classcord_handler_failures_total"), legend: "bugs" },
    ],
  },
  {
    title: "Memory",
    description: "Of the process, and of its JavaScript objects.",
    kind: "graph",
    unit: "bytes",
    queries: [
      { expr: `process_resident_memory_bytes{${SERVER}}`, legend: "resident" },
      { expr: `classcord_heap_used_bytes{${SERVER}}`, legend: "heap" },
    ],
  },
  {
    title: "Processor",
    description: "Cores in use. The chat itself uses one; hashing passwords uses others.",
    kind: "graph",
    unit: "percentunit",
    queries: [{ expr: rate("process_cpu_seconds_total"), legend: "in use" }],
  },
  {
    title: "Disk",
    description: "Room left where the data is, and the size of the database.",
    kind: "graph",
    unit: "bytes",
    queries: [
      { expr: `classcord_filesystem_free_bytes{${SERVER}}`, legend: "free" },
      { expr: `classcord_database_bytes{${SERVER}}`, legend: "database" },
    ],
  },
  {
    title: "Cluster",
    description:
      "Of each node: whether it leads and whether it is connected to NATS; seconds that it is cut off.",
    kind: "graph",
    unit: "short",
    queries: [
      { expr: `classcord_cluster_leading{${SERVER}}`, legend: "{{instance}} leads" },
      { expr: `classcord_cluster_connected{${SERVER}}`, legend: "{{instance}} connected" },
      { expr: `classcord_cluster_cut_off_seconds{${SERVER}}`, legend: "{{instance}} cut off" },
    ].map((query) => ({ ...query, mayBeEmpty: NO_CLUSTER })),
  },
  {
    title: "Log of the cluster",
    description: "Time until the log has a batch, batches a second, and how far copies are behind.",
    kind: "graph",
    unit: "short",
    queries: [
      {
        expr: quantile(0.99, "classcord_cluster_append_seconds"),
        legend: "append, 99 %",
      },
      { expr: rate("classcord_cluster_batches_total"), legend: "{{instance}} batches" },
      { expr: `classcord_cluster_batches_behind{${SERVER}}`, legend: "{{instance}} behind" },
      {
        expr: `increase(classcord_cluster_takeovers_total{${SERVER}}[1h])`,
        legend: "{{instance}} took over, last hour",
      },
    ].map((query) => ({ ...query, mayBeEmpty: NO_CLUSTER })),
  },
];
