// The observers of the chat: the log, the metrics, and the activity and events for operators.
import type { ServerObserver } from "../chat/observer.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import type { GaugeSources } from "../ops/metrics/gauges.ts";
import { createMetrics, type MetricOptions, type Metrics } from "../ops/metrics/metrics.ts";
import { type Activity, createActivity } from "../ops/observers/activity.ts";
import { observeWith } from "../ops/observers/all.ts";
import { createJournal, type JournalOptions } from "../ops/observers/journal.ts";
import { EventTail } from "../ops/observers/tail.ts";
import { watchStore } from "../ops/readiness.ts";

/** All observers. */
export interface Watching {
  /** Reports events to all of them. */
  readonly observer: ServerObserver;
  /** Writes the log. */
  readonly journal: ServerObserver;
  /** Reports events to all but the log. */
  readonly unlogged: ServerObserver;
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly tail: EventTail;
  /** Whether messages could not be stored recently. */
  readonly storeFailing: () => boolean;
  /** The gauges. They are empty before {@linkcode measure} is called. */
  readonly gauges: GaugeSources;
  /** Sets the gauges once the parts of the server exist. Call it once. */
  readonly measure: (gauges: GaugeSources) => void;
}

/** What the observers are created with. */
export interface WatchingOptions extends MetricOptions, JournalOptions {
  readonly log: Log;
}

/** Creates the observers. They come first, because every other part reports to them. @param opened Closes them. */
export function startWatching(
  { log, certificate, hasDirectory = false, inCluster = false, ...journal }: WatchingOptions,
  opened: AsyncDisposableStack,
): Watching {
  const metrics = createMetrics({ certificate, hasDirectory, inCluster });
  opened.defer(() => metrics.stop());
  const activity = createActivity(() => performance.now());
  const tail = new EventTail(Date.now);
  const store = watchStore(() => performance.now());
  const failed = (error: unknown) => {
    try {
      log.write("error", "ERREUR", `an observer failed: ${errorText(error)}`);
    } catch {
      // It was the log that failed, so this cannot be logged.
    }
  };
  const written = observeWith([createJournal(log, journal)], failed);
  const others = [metrics.observer, activity.observer, tail.observer, store];
  const unlogged = observeWith(others, failed);
  let gauges = NOTHING;
  return {
    observer: observeWith([written, unlogged], failed),
    journal: written,
    unlogged,
    metrics,
    activity,
    tail,
    storeFailing: store.failing,
    get gauges() {
      return gauges;
    },
    measure(sources) {
      gauges = sources;
      metrics.measure(sources);
    },
  };
}

const NOTHING: GaugeSources = {
  connections: () => 0,
  users: () => ({ guest: 0, member: 0 }),
  channels: () => 0,
  mailWaiting: () => 0,
  outboxBytes: () => 0,
  passwordsWaiting: () => 0,
  bans: () => 0,
};
