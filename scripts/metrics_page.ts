// docs/METRICS.md: what the server measures, from the registry, and what to do when it moves.
import type { Registry } from "prom-client";
import { createMetrics } from "../lib/ops/metrics/metrics.ts";

/** One metric as Prometheus sees it. */
export interface MetricDescription {
  readonly name: string;
  /** `counter`, `gauge` or `histogram`. */
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Everything the server exports, by name. */
export function allMetrics(): MetricDescription[] {
  const metrics = createMetrics({
    // What a server has only with TLS.
    certificate: () => ({ notAfter: new Date(0) }),
  });
  metrics.measure({
    connections: () => 0,
    users: () => ({ guest: 0, member: 0 }),
    channels: () => 0,
    mailWaiting: () => 0,
    outboxBytes: () => 0,
    passwordsWaiting: () => 0,
    bans: () => 0,
    storage: () => ({ databaseBytes: 0, filesystemBytes: 0, freeBytes: 0, lastBackup: undefined }),
  });
  metrics.stop();
  return describe(metrics.registry);
}

function describe(registry: Registry): MetricDescription[] {
  // prom-client's metrics have more members than its types tell.
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

/** What to do when one of them moves; alerts of monitoring/prometheus/alerts.yml in parentheses. */
export const ADVICE: Readonly<Record<string, string>> = {
  classcord_bans:
    "Grows with the bans of moderators and operators. `classcord bans` names them; one that nobody remembers is better lifted.",
  classcord_connections:
    "The limit is `limits.connections`, and `LimitNOFILE` must be 512 above twice that, or fewer are accepted. Many more than `classcord_users_online`: somebody opens connections and does not join; `classcord clients` shows the addresses.",
  classcord_database_bytes:
    "About 150 bytes a message. It grows for ever unless `store.retention_days` is set.",
  classcord_delivery_seconds:
    "The time that users notice. Rises with `classcord_store_commit_seconds`: the disk is slow. Rises with `classcord_event_loop_lag_seconds`: the processor is full.",
  classcord_disconnections_total:
    "`reason` tells: `slow_consumer` is a client that does not read, `timeout` one that has vanished (cable, sleep), `malformed_lines`, `line_too_long` and `flooding` one that is broken or hostile; `client` and `shutdown` are ordinary.",
  classcord_event_loop_lag_seconds:
    "What every request waits. Above 0.1 s (ClassCordLoopLag): the processor is full, or the disk makes commits slow. Look at `process_cpu_seconds_total` and at what else runs on the machine.",
  classcord_filesystem_free_bytes:
    "Below a tenth of `classcord_filesystem_size_bytes`, or filling within a day (ClassCordDiskNearlyFull): messages are refused when it is 0. Remove old backups, set `store.retention_days`, or give it more room.",
  classcord_handler_failures_total:
    "Each is a bug (ClassCordErrors), unless the disk is full. The log has the stack after `[ERREUR]`: please report it.",
  classcord_last_backup_timestamp_seconds:
    "Older than 26 hours (ClassCordNoBackup): `systemctl status classcord-backup`, `journalctl -u classcord-backup`. `classcord backup` tells the server through the data directory.",
  classcord_logins_total:
    '`result="failed"` surges (ClassCordLoginFailures): somebody guesses passwords. The log has the addresses; fail2ban bans them. `busy` means that more log in than can be hashed: see `classcord_passwords_waiting`.',
  classcord_mail_returned_total:
    "Each came to an account twice, or would have been lost. Many: clients vanish while they are written to; look at the radio network.",
  classcord_outbox_bytes:
    "Above some megabytes: clients read more slowly than others write. A client that stays above `limits.outbox_bytes` is disconnected.",
  classcord_passwords_waiting:
    "Above 0 for long: a class logs in at once, or somebody guesses. `auth.hash_workers` sets how many are hashed at a time.",
  classcord_refused_connections_total:
    '`limit="connections_per_address"`: a class behind one address may need a higher limit; `banned`: the ban works.',
  classcord_refused_requests_total:
    "By error code. `rate_limited` in numbers is a client without a pause, `bad_request` one that is being written.",
  classcord_slow_consumers_total:
    "More than a few (ClassCordSlowConsumers): clients that hang, or a network that drops. Nobody else is slowed down.",
  classcord_tls_certificate_not_after_timestamp_seconds:
    "Less than two weeks away (ClassCordCertificateExpiring): renew the certificate; the server reads the new files by itself. Only with TLS.",
  classcord_store_commit_seconds:
    'One transaction of messages. Rises where the disk is slow or busy, or with `store.synchronous = "full"`.',
  classcord_store_failures_total:
    "Each is a message that was refused because it could not be stored (ClassCordErrors). The disk is full, or failing; the log says which.",
  process_resident_memory_bytes:
    "About 150 MB for a class and 7 KB more a connection. Should level off; if it grows without an end, that is a bug.",
};

/** The page. */
export function metricsPage(): string {
  const metrics = allMetrics();
  const rows = metrics.map(({ name, type, help, labels }) =>
    `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`
  );
  const advice = metrics.filter(({ name }) => ADVICE[name] !== undefined)
    .map(({ name }) => `### ${name}\n\n${ADVICE[name]}`);
  return `# Metrics

What the server measures, for Prometheus: on \`/metrics\` of \`metrics.port\`, and in answer to \`GET_METRICS\` on
the chat port, for the addresses in \`metrics.scrape_from\`. \`monitoring/\` has alerts and a dashboard that use
them; the chapter on monitoring in [DEPLOYMENT.md](DEPLOYMENT.md) shows how.

Made from the source by \`deno task docs\`. No label has the name of a user, an address or anything else that
clients choose: the number of series is fixed.

| name | type | labels | what it is |
| --- | --- | --- | --- |
${rows.join("\n")}

A histogram \`x\` has the series \`x_bucket\` (with the label \`le\`), \`x_sum\` and \`x_count\`. Durations are in
seconds, sizes in bytes. Deno lets the program count neither its open files nor its threads; open files are
\`classcord_connections\` and a few dozen.

## What to do when it moves

${advice.join("\n\n")}
`;
}
