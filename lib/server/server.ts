// Builds the server from its parts in order, and closes them in reverse order.
import { LocalEdge } from "../edge/local_edge.ts";
import { systemClock } from "../ops/background.ts";
import { openBase } from "./base.ts";
import type { ChatAddresses } from "./chat_ports.ts";
import { openCore } from "./core.ts";
import { gaugesOf } from "./gauges.ts";
import { announceListeners, openListeners } from "./listeners.ts";
import { createOperations } from "./operations.ts";
import type { RunningServer, ServerOptions } from "./server_options.ts";

export type { RunningServer, ServerOptions };

const DRAIN_MS = 5_000;

/**
 * Starts a server: first the base, then the chat, its gauges, and the listeners last.
 *
 * @throws The error of the part that could not start. The parts before it are closed again.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  if (options.config.cluster.servers.length > 0) {
    const { startClusterServer } = await import("./cluster/server.ts");
    return await startClusterServer(options);
  }
  // All parts are closed in reverse order, at the end or when a later part fails.
  await using opened = new AsyncDisposableStack();
  const { shutdown = () => {} } = options;
  const base = await openBase(options, opened);
  const { watching, certificate, database, lock } = base;
  const operations = createOperations({ ...base, shutdown });
  const addresses: ChatAddresses = { tls: undefined };
  const { chat, services, reloadSteps } = openCore(
    base,
    { addresses, database, operations },
    opened,
  );
  const edge = new LocalEdge({ core: chat, timers: systemClock });
  watching.measure(gaugesOf({ ...base, services, chat }));
  for (const step of reloadSteps) operations.onReload(step);
  operations.onReload(() => certificate?.reload() ?? []);
  const { turns, banList } = services;
  const listeners = await openListeners(
    { ...options, ...base, turns, banList, edge, numbersAfter: 0 },
    opened,
  );
  const places = announceListeners(listeners, { addresses, lock });
  const parts = opened.move();
  return {
    ...places,
    databasePath: database.path,
    services,
    reload: () => operations.reload(),
    async stop(reason) {
      await listeners.close();
      chat.stop(reason);
      await listeners.finish(DRAIN_MS);
      await services.outputs.finish();
      await parts.disposeAsync();
    },
  };
}
