// The HTTP server: metrics, health and readiness.
import { isIP } from "node:net";
import { type HttpServer, startHttpServer } from "../http/server.ts";
import type { Desk } from "../ldap/desk.ts";
import { isLoopbackRange } from "../net/ranges.ts";
import type { Later } from "../net/turns/turnstile.ts";
import type { Config } from "../ops/config/schema.ts";
import { filesystemOf } from "../ops/data/storage.ts";
import type { StorageWatch } from "../ops/data/storage_watch.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import { createReadiness } from "../ops/readiness.ts";
import type { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import type { Database } from "../store/database.ts";
import { probeWritable } from "../store/probe.ts";
import { listen } from "./listen.ts";
import type { LiveSettings } from "./live_settings.ts";
import type { Watching } from "./observers.ts";

/** Opens the HTTP server. @throws {ListenFailure} */
export function openHttp(
  config: Config,
  { watching, settings, database, storage, certificate, desk, contact, log, acceptFailed, later }: {
    watching: Watching;
    settings: LiveSettings;
    database: Database;
    storage: Pick<StorageWatch, "lost">;
    certificate: CertificateKeeper | undefined;
    desk: Pick<Desk, "failure"> | undefined;
    contact: { readonly reason: () => string | undefined } | undefined;
    log: Pick<Log, "write">;
    acceptFailed: (error: unknown) => void;
    later: Later;
  },
): HttpServer {
  const { metrics, storeFailing } = watching;
  const secure = certificate !== undefined && speaksHttps(config);
  return listen(
    "metrics",
    config.metrics,
    (address) =>
      startHttpServer({
        ...address,
        metrics,
        mayScrape: (address) => settings.access.mayScrape(address),
        tls: secure ? () => certificate.current.context : undefined,
        acceptFailed,
        later,
        failed: (error) =>
          log.write("error", "ERREUR", `answering over HTTP failed: ${errorText(error)}`),
        health: () => checkHealth(database),
        readiness: createReadiness({
          database: () => probeWritable(database.sqlite),
          lost: () => storage.lost,
          storeFailing,
          lag: () => metrics.lag.worst,
          disk: () => ({
            free: filesystemOf(config.store.data_dir).freeBytes,
            least: settings.config.store.reserve_bytes,
          }),
          cluster: contact?.reason,
          directory: desk && (() => desk.failure === undefined),
          certificate: () => certificate?.current,
          now: Date.now,
        }),
      }),
  );
}

/** Whether the HTTP server uses TLS. */
export function speaksHttps({ tls, metrics: { host, https } }: Config): boolean {
  const local = host === "localhost" || isIP(host) !== 0 && isLoopbackRange(host);
  return tls.cert !== "" && https === "auto" && !local;
}

function checkHealth(database: Database): { ok: boolean; details: Record<string, unknown> } {
  try {
    database.sqlite.prepare("SELECT 1").get();
    return { ok: true, details: { database: "ok" } };
  } catch {
    return { ok: false, details: { database: "failing" } };
  }
}
