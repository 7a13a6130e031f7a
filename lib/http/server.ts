// Serves metrics, health and readiness over HTTP or HTTPS.
import type { SecureContext } from "node:tls";
import type { PlacesLimits } from "../net/turns/places.ts";
import type { Readiness } from "../ops/readiness.ts";
import type { HttpReply, HttpTimes } from "./conversation.ts";
import type { HttpError, HttpRequest } from "./head.ts";
import { HttpListener, type HttpListenerOptions } from "./listener.ts";

/** Whether the server works. */
export interface Health {
  readonly ok: boolean;
  /** Further details, without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Options of the HTTP server. */
export interface HttpOptions
  extends Pick<HttpListenerOptions, "acceptFailed" | "failed" | "later"> {
  readonly host: string;
  /** The port; 0 for any free port. */
  readonly port: number;
  /** Whether an address may read the metrics. */
  readonly mayScrape: (address: string) => boolean;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly health: () => Health;
  readonly readiness: () => Readiness;
  /** Returns the context for each TLS handshake. Without this, the server uses plain HTTP. */
  readonly tls?: (() => SecureContext) | undefined;
  /** Replaces the default limits. */
  readonly limits?: PlacesLimits;
  readonly times?: HttpTimes;
}

/** A running HTTP server. */
export interface HttpServer {
  readonly addr: Deno.NetAddr;
  /** Whether it uses HTTPS. */
  readonly secure: boolean;
  /** Finishes the replies in progress and stops. */
  stop(): Promise<void>;
}

// Enough for Prometheus, a health check and a few people. Behind a proxy or Docker, all have the same address.
const LIMITS: PlacesLimits = { total: 64, perNetwork: 32 };
const TIMES: HttpTimes = { head: 10_000, idle: 75_000, reply: 10_000, linger: 1_000 };

const COMMON_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const PLAIN = "text/plain; charset=utf-8";
const INDEX = "ClassCord. Metrics: /metrics, health: /healthz, readiness: /readyz\n";

/** Starts the server. @throws The error of `Deno.listen`, such as `AddrInUse`. */
export function startHttpServer(options: HttpOptions): HttpServer {
  const { limits = LIMITS, times = TIMES } = options;
  const listener = new HttpListener({
    ...options,
    limits,
    times,
    answer: (request, address) => answer(request, address, options),
    refuse: ({ status, message }: HttpError) => reply(status, `${message}\n`),
  });
  return {
    addr: listener.addr,
    secure: options.tls !== undefined,
    stop: () => listener.stop(),
  };
}

async function answer(
  { method, path }: HttpRequest,
  address: string,
  options: HttpOptions,
): Promise<HttpReply> {
  if (method !== "GET" && method !== "HEAD") {
    return reply(405, `Expected GET or HEAD, got ${method}.\n`, { allow: "GET, HEAD" });
  }
  switch (path) {
    case "/":
      return reply(200, INDEX);
    case "/metrics":
      return await answerMetrics(address, options);
    case "/healthz": {
      const { ok, details } = options.health();
      return replyJson(ok ? 200 : 503, { status: ok ? "ok" : "failing", ...details });
    }
    case "/readyz": {
      const { ready, reasons, checks } = options.readiness();
      const status = ready ? "ready" : "not ready";
      return replyJson(ready ? 200 : 503, { status, reasons, checks });
    }
    default:
      return reply(404, `Nothing here. ${INDEX}`);
  }
}

async function answerMetrics(
  address: string,
  { mayScrape, metrics }: HttpOptions,
): Promise<HttpReply> {
  if (!mayScrape(address)) {
    return reply(403, `Expected an address listed in metrics.scrape_from, got ${address}.\n`);
  }
  return reply(200, await metrics.text(), { "content-type": metrics.contentType });
}

function replyJson(status: number, body: unknown): HttpReply {
  return reply(status, `${JSON.stringify(body)}\n`, { "content-type": "application/json" });
}

function reply(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { status, body, headers: { ...COMMON_HEADERS, "content-type": PLAIN, ...headers } };
}
