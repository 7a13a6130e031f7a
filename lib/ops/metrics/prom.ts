// The classes of prom-client that the metrics use. Its main module would also load an HTTP client, compression and
// cluster support at each start.
import type * as prom from "prom-client";
import counter from "prom-client/lib/counter.js";
import gauge from "prom-client/lib/gauge.js";
import histogram from "prom-client/lib/histogram.js";
import registry from "prom-client/lib/registry.js";

/** A metric that only increases. */
export type Counter<T extends string = string> = prom.Counter<T>;
/** Creates a {@linkcode Counter}. */
export const Counter: typeof prom.Counter = counter;

/** A metric that increases and decreases. */
export type Gauge<T extends string = string> = prom.Gauge<T>;
/** Creates a {@linkcode Gauge}. */
export const Gauge: typeof prom.Gauge = gauge;

/** A metric that counts values by size. */
export type Histogram<T extends string = string> = prom.Histogram<T>;
/** Creates a {@linkcode Histogram}. */
export const Histogram: typeof prom.Histogram = histogram;

/** A set of metrics. */
export type Registry = prom.Registry;
/** Creates a {@linkcode Registry}. */
export const Registry: typeof prom.Registry = registry;
