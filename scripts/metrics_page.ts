// Generates docs/METRICS.md: all metrics, and what to do when one of them changes.
import type { Registry } from "prom-client";
import { createMetrics } from "../lib/ops/metrics/metrics.ts";

/** A metric as Prometheus sees it. */
export interface MetricDescription {
  readonly name: string;
  /** `counter`, `gauge` or `histogram`. */
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Returns all metrics that the server exports, by name. */
export function allMetrics(): MetricDescription[] {
  const metrics = createMetrics({
    // These metrics exist only with TLS, with a directory and in a cluster.
    certificate: () => ({ notAfter: new Date(0) }),
    hasDirectory: true,
    inCluster: true,
  });
  metrics.measure({
    connections: () => 0,
    users: () => ({ guest: 0, member: 0 }),
    channels: () => 0,
    mailWaiting: () => 0,
    outboxBytes: () => 0,
    passwordsWaiting: () => 0,
    bans: () => 0,
    directory: () => ({ waiting: 0, isUp: true }),
    node: () => ({
      leads: true,
      natsConnected: true,
      behind: 0,
      cutOffSince: undefined,
      lackingServers: 0,
    }),
    storage: () => ({ databaseBytes: 0, filesystemBytes: 0, freeBytes: 0, lastBackup: undefined }),
  });
  metrics.stop();
  return describe(metrics.registry);
}

function describe(registry: Registry): MetricDescription[] {
  // prom-client's metrics have more members than its types declare.
  const registered = registry.getMetricsAsArray() as unknown as
    & { name: string; help: string; labelNames: string[] }[]
    & { constructor: { name: string } }[];
  return registered.map((metric) => ({
    name: metric.name,
    type: metric.constructor.name.toLowerCase(),
    help: metric.help,
    labels: metric.labelNames,
  })).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** What to do when a metric changes. Alerts of monitoring/prometheus/alerts.yml are in parentheses. */
export const ADVICE: Readonly<Record<string, string>> = {
  classcord_bans:
    "Grows with the bans of moderators and operators. `classcord bans` lists them. Lift those that nobody needs any more.",
  classcord_cluster_append_seconds:
    "Every message waits for it. With three NATS servers, a few milliseconds on a network of the school. Above 0.1 s (ClassCordClusterSlow), the disks of the NATS servers or the network are slow: a batch counts once two of three disks have it. This metric and the others of clusters exist only with `cluster.servers`.",
  classcord_cluster_batches_behind:
    "Above 0 for minutes on one node (ClassCordClusterBehind): the node has started after a long pause, or its disk is slow or full. It serves its users, but its copy is no use if the node that leads fails now.",
  classcord_cluster_connected:
    "0: the node reaches no NATS server (ClassCordClusterAway). Check `systemctl status nats-server` on the machines, the network between them, and the log of ClassCord after `[CLUSTER]`.",
  classcord_cluster_cut_off_seconds:
    "Above 0 (ClassCordClusterCutOff): the node reaches no log that a majority of the NATS servers keeps, or no node that leads. It answers requests with `busy`, and closes its connections after a minute. It recovers by itself: bring back NATS servers until two of three run.",
  classcord_cluster_leading:
    "Exactly one node of a cluster has 1. If it is 0 on all nodes for longer than a few seconds (ClassCordClusterNoLeader), nobody can write. `classcord cluster` shows the nodes.",
  classcord_cluster_log_servers_lacking:
    "Above 0 for minutes (ClassCordClusterLogServer): the cluster goes on, but nobody can write if another NATS server stops. `classcord cluster` names the server. Start nats-server on its machine. If it runs, restart it: it may have failed to join the others.",
  classcord_cluster_takeovers_total:
    "Each is a pause of some seconds that users notice, unless the node before was stopped. Several an hour (ClassCordClusterUnsteady): a machine is overloaded or keeps restarting, or the network is interrupted.",
  classcord_connections:
    "The limit is `limits.connections`. `LimitNOFILE` must be at least 512 above it; otherwise the server lowers the limit. If there are many more connections than `classcord_users_online`, somebody opens connections without joining: `classcord clients` shows the addresses.",
  classcord_database_bytes:
    "About 150 bytes per message. It grows forever unless `store.retention_days` is set.",
  classcord_delivery_seconds:
    "The delay that users notice. If it rises with `classcord_store_commit_seconds`, the disk is slow. If it rises with `classcord_event_loop_lag_seconds`, the processor is overloaded.",
  classcord_directory_requests_total:
    'If `result="refused"` surges, somebody guesses passwords or names. Each `failed` is a login that got the error `busy` because the directory did not answer in time; the log says why after `[LDAP]`. These metrics exist only with `auth.ldap.servers`.',
  classcord_directory_seconds:
    "Above a second: the directory is slow, or many log in at once (`classcord_directory_waiting`). Check that `auth.ldap.name_attribute` has an index in the directory, or raise `auth.ldap.connections`.",
  classcord_directory_up:
    "0: the server cannot ask the directory (ClassCordDirectoryAway). Local accounts still work. `classcord ldap test` shows at which step it fails.",
  classcord_disconnections_total:
    "The label `reason` says why: `slow_consumer` is a client that does not read, `timeout` a client that has vanished (cable, sleep). `malformed_lines`, `line_too_long` and `flooding` are broken or hostile clients. `client` and `shutdown` are normal, and so is `web`: a browser that fetched the page.",
  classcord_event_loop_lag_seconds:
    "The time that every request waits. Above 0.1 s (ClassCordLoopLag), the processor is overloaded or the disk makes commits slow. Check `process_cpu_seconds_total` and the other programs on the machine.",
  classcord_filesystem_free_bytes:
    "Below a tenth of `classcord_filesystem_size_bytes`, or expected to reach 0 within a day (ClassCordDiskNearlyFull). Below `store.reserve_bytes` the server rejects messages. Delete old backups, set `store.retention_days`, or add disk space.",
  classcord_handler_failures_total:
    "Each failure is a bug (ClassCordErrors), unless the disk is full. The log has the stack after `[ERREUR]`. Please report it.",
  classcord_last_backup_timestamp_seconds:
    "Older than 26 hours (ClassCordNoBackup): run `systemctl status classcord-backup` and `journalctl -u classcord-backup`. The server learns of a backup from a file that `classcord backup` writes into the data directory.",
  classcord_logins_total:
    'If `result="failed"` surges (ClassCordLoginFailures), somebody guesses passwords. The log has the addresses; fail2ban bans them. `busy` means that more users log in than the server can hash passwords: see `classcord_passwords_waiting`.',
  classcord_mail_returned_total:
    "Private messages that were sent to a connection that ended. The account receives them again, perhaps twice. A high number means that clients vanish often: check the wireless network.",
  classcord_outbox_bytes:
    "Above some megabytes, clients read more slowly than others write. The server disconnects a client that stays above `limits.outbox_bytes`.",
  classcord_passwords_waiting:
    "Above 0 for a long time: a whole class logs in at once, or somebody guesses passwords. `auth.hash_workers` sets how many passwords are hashed at the same time.",
  classcord_refused_connections_total:
    '`limit="connections_per_address"`: a class behind one address may need a higher limit. `banned`: a ban has taken effect.',
  classcord_refused_requests_total:
    "Counted by error code. Many `rate_limited` come from a client that sends without a pause, many `bad_request` from a client under development.",
  classcord_slow_consumers_total:
    "More than a few (ClassCordSlowConsumers): clients hang, or the network loses packets. The other users are not slowed down.",
  classcord_tls_certificate_not_after_timestamp_seconds:
    "Less than two weeks away (ClassCordCertificateExpiring): renew the certificate. The server reads the new files by itself. This metric exists only with TLS.",
  classcord_resumes_total:
    "After a restart of the server, every page comes back at once: many `ok`. Many `expired` follow a restore of a backup or a lower `web.session_days`. Otherwise `expired` and `throttled` mean that somebody sends tokens that never existed.",
  classcord_store_commit_seconds:
    'The time of one transaction of messages. It rises if the disk is slow or busy, or with `store.synchronous = "full"`.',
  classcord_store_failures_total:
    "Each is a message that was rejected because it could not be stored (ClassCordErrors). The disk is full or fails; the log says which.",
  classcord_web_requests_total:
    "`served`, `upgraded` and `not_found` are normal. Many `foreign_host` or `foreign_origin`: add the name to `web.hosts`, or the page of another site tries to connect. `forwarded`: a proxy is missing in `web.proxies`. `tls`: browsers try `https://` on a port without TLS; they go on with `http://` by themselves. `full`: the limit of `limits.connections` is reached.",
  process_resident_memory_bytes:
    "About 150 MB for a class, and 7 KB for each further connection. It should level off; if it grows forever, that is a bug.",
};

/** Returns the text of the page. */
export function metricsPage(): string {
  const metrics = allMetrics();
  const rows = metrics.map(({ name, type, help, labels }) =>
    `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`
  );
  const advice = metrics.filter(({ name }) => ADVICE[name] !== undefined)
    .map(({ name }) => `### ${name}\n\n${ADVICE[name]}`);
  return `# Metrics

The server exports these metrics for Prometheus: over HTTP on \`/metrics\` of \`metrics.port\`, and on the chat port in
reply to \`GET_METRICS\`, for the addresses in \`metrics.scrape_from\`. \`monitoring/\` has alerts and a dashboard that use
them; [MONITORING.md](MONITORING.md) explains how to set them up.

\`deno task docs\` makes this page from the source. No label contains the name of a user, an address or any other text
from clients, so the number of series is fixed.

| name | type | labels | meaning |
| --- | --- | --- | --- |
${rows.join("\n")}

A histogram \`x\` has the series \`x_bucket\` (with the label \`le\`), \`x_sum\` and \`x_count\`. Durations are in
seconds, sizes in bytes. The program cannot count its open files and threads; it has a few dozen open files more than
\`classcord_connections\`.

## What to do when a metric changes

${advice.join("\n\n")}
`;
}
