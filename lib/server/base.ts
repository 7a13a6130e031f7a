// Opens the parts below the chat, in this order: settings, certificate, observers, database, workers.
import type { PasswordPool } from "../auth/password_pool.ts";
import { Admission } from "../net/admission.ts";
import { Poll } from "../net/turns/poll.ts";
import type { Later } from "../net/turns/turnstile.ts";
import type { Desk } from "../ldap/desk.ts";
import { steadyClock } from "../ops/background.ts";
import type { LoadedConfig } from "../ops/config/load.ts";
import type { Config } from "../ops/config/schema.ts";
import { connectionCeiling, descriptorWarning, readDescriptorLimit } from "../ops/descriptors.ts";
import { errorText } from "../ops/log/text.ts";
import { startTrimming } from "../ops/memory.ts";
import type { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import type { SearchDesk } from "../store/search/desk.ts";
import { hasDirectory, openDirectory } from "./directory/open.ts";
import { openCertificate } from "./certificate.ts";
import { createLiveSettings, type LiveSettings } from "./live_settings.ts";
import { startWatching, type Watching } from "./observers.ts";
import { type OpenStore, openStore } from "./store.ts";
import { openPool, openSearch, type WorkerOptions } from "./workers.ts";

/** What the base is opened with. */
export interface BaseOptions extends WorkerOptions {
  /**
   * Reads the configuration again for a reload. If missing, a reload uses the present one. @throws {ConfigError}
   */
  readonly loadConfig?: () => LoadedConfig;
}

/** What all other parts of a server are made from. */
export interface Base extends BaseOptions, OpenStore {
  readonly settings: LiveSettings;
  readonly certificate: CertificateKeeper | undefined;
  readonly watching: Watching;
  readonly pool: PasswordPool;
  readonly search: SearchDesk;
  /** Asks the directory of the school, if there is one. */
  readonly desk: Desk | undefined;
  readonly admission: Admission;
  /** Ends a turn of the event loop with a poll of the sockets. */
  readonly later: Later;
  readonly loadConfig: () => LoadedConfig;
}

/**
 * Opens the base. The observers come before the database, because every part reports to them. @param opened Closes
 * it.
 */
export async function openBase(options: BaseOptions, opened: AsyncDisposableStack): Promise<Base> {
  const { config, log } = options;
  const descriptors = await readDescriptorLimit();
  const settings = createLiveSettings(config, Deno.env.toObject(), connectionCeiling(descriptors));
  const tooMany = descriptorWarning(config.limits.connections, descriptors);
  if (tooMany !== undefined) log.write("warning", "DEMARRAGE", tooMany);
  const certificate = openCertificate(config, log, opened);
  const watching = startWatching({
    log,
    certificate: certificate && (() => certificate.current),
    hasDirectory: hasDirectory(config),
    inCluster: config.cluster.servers.length > 0,
    isShared: (address) => settings.access.isShared(address),
  }, opened);
  const store = openStore({ config, settings, log }, opened);
  const pool = openPool(options, opened);
  const poll = opened.use(await Poll.open());
  const admission = new Admission(settings.admission);
  opened.defer(startTrimming({
    ended: () => admission.ended,
    clock: steadyClock,
    failed: (error) => log.write("error", "ERREUR", `returning memory failed: ${errorText(error)}`),
  }));
  return {
    ...options,
    ...store,
    settings,
    certificate,
    watching,
    pool,
    search: openSearch(options, opened),
    desk: await openDirectory(config, { log, watching }, opened),
    admission,
    later: poll.after,
    loadConfig() {
      const loaded = options.loadConfig?.() ?? unchanged(settings.config);
      const warning = descriptorWarning(loaded.config.limits.connections, descriptors);
      if (warning === undefined) return loaded;
      return { ...loaded, warnings: [...loaded.warnings, warning] };
    },
  };
}

function unchanged(config: Config): LoadedConfig {
  return { config, file: undefined, warnings: [], source: () => "default" };
}
