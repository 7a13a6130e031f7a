// Opens the core of a server: the services, the chat, and its periodic tasks.
import { ChatServer } from "../chat/chat_server.ts";
import type { Services } from "../chat/services.ts";
import type { Base } from "./base.ts";
import { startChores } from "./chores.ts";
import { followConfiguredChannels } from "./reload/configured_channels.ts";
import { followPrivatePolicy } from "./lesson.ts";
import type { ReloadStep, ServerOperations } from "./operations.ts";
import { createServices, type ServiceParts } from "./services.ts";
import { followSessionDays } from "./reload/session_days.ts";

/** What the core is opened with, besides the base. */
export interface CoreParts extends
  Pick<
    ServiceParts,
    "addresses" | "database" | "commit" | "isHeldUp" | "nodeOf" | "guessing" | "clock" | "steady"
  > {
  readonly operations: ServerOperations;
  /** Whether the search index is updated elsewhere. */
  readonly isIndexed?: boolean;
}

/** The open core. */
export interface OpenCore {
  readonly chat: ChatServer;
  readonly services: Services;
  /** What the core does at each reload. */
  readonly reloadSteps: readonly ReloadStep[];
}

/** Opens the core. @param opened Closes it. */
export function openCore(
  base: Base,
  parts: CoreParts,
  opened: Pick<AsyncDisposableStack, "defer">,
): OpenCore {
  const { settings, watching, log } = base;
  const services = createServices({ ...base, observer: watching.observer, ...parts });
  opened.defer(() => services.accounts.close());
  opened.defer(() => services.lingering.clear());
  const chat = new ChatServer(services, {
    mayScrape: (address) => settings.access.mayScrape(address),
    text: watching.metrics.text,
  });
  const endSessions = followSessionDays(services, log);
  endSessions(settings.config);
  startChores({ ...base, ...parts, services, chat }, opened);
  return {
    chat,
    services,
    reloadSteps: [
      followConfiguredChannels(services, log),
      followPrivatePolicy(services, settings.config),
      endSessions,
    ],
  };
}
