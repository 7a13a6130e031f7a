// Those who watch the chat: the log, the metrics, what operators count and follow.
import type { ServerObserver } from "../chat/observer.ts";
import { EventTail } from "../ops/observers/tail.ts";
import { type Activity, createActivity } from "../ops/observers/activity.ts";
import { createJournal, type JournalOptions } from "../ops/observers/journal.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import { createMetrics, type Metrics, type MetricSources } from "../ops/metrics/metrics.ts";
import { observeWith } from "../ops/observers/all.ts";
import { watchStore } from "../ops/readiness.ts";

/** All of them. */
export interface Watching {
  /** Tells all of them. */
  readonly observer: ServerObserver;
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly tail: EventTail;
  /** Whether messages could not be stored lately. */
  readonly storeFailing: () => boolean;
  /** What can be measured. */
  readonly gauges: MetricSources;
}

/**
 * Makes them. The metrics have to be stopped.
 *
 * @param journal What the log's observer is made with.
 */
export function startWatching(
  log: Log,
  gauges: MetricSources,
  journal: JournalOptions = {},
): Watching {
  const metrics = createMetrics(gauges);
  const activity = createActivity(() => performance.now());
  const tail = new EventTail(Date.now);
  const store = watchStore(() => performance.now());
  const observers = [
    createJournal(log, journal),
    metrics.observer,
    activity.observer,
    tail.observer,
    store,
  ];
  const observer = observeWith(observers, (error) => {
    try {
      log.write("error", "ERREUR", `an observer failed: ${errorText(error)}`);
    } catch {
      // The log itself is what failed.
    }
  });
  return { observer, metrics, activity, tail, gauges, storeFailing: store.failing };
}
