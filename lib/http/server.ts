// Metrics, health and readiness over HTTP, or HTTPS.
import { normalizeAddress } from "../net/address.ts";
import type { Readiness } from "../ops/readiness.ts";
import type { KeyPair } from "../net/tls_stream.ts";
import { type Listening, serveRenewably } from "./renewable.ts";

/** Whether the server can do its work. */
export interface Health {
  readonly ok: boolean;
  /** What else to tell; no secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the pages are made from. */
export interface HttpOptions {
  readonly host: string;
  /** Port; 0 for any free one. */
  readonly port: number;
  /** Whether this address may read the metrics. */
  readonly mayScrape: (address: string) => boolean;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly health: () => Health;
  readonly readiness: () => Readiness;
  /** The certificate in force at the time; without it, HTTP. */
  readonly certificate?: (() => KeyPair) | undefined;
}

/** An HTTP server that runs. */
export interface HttpServer extends Listening {
  /** Whether it speaks HTTPS. */
  readonly secure: boolean;
}

const COMMON_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const PLAIN = "text/plain; charset=utf-8";
const INDEX = "ClassCord. Metrics: /metrics, health: /healthz, readiness: /readyz\n";

/** Starts serving. @throws What `Deno.serve` throws, such as `AddrInUse`. */
export function startHttpServer(options: HttpOptions): HttpServer {
  const { host, port, certificate } = options;
  const listening = serveRenewably({
    host,
    port,
    certificate,
    handler: (request, { remoteAddr }) => answer(request, remoteAddr, options),
  });
  return Object.assign(listening, { secure: certificate !== undefined });
}

async function answer(
  request: Request,
  remote: Deno.Addr,
  options: HttpOptions,
): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return reply(405, `Expected GET or HEAD, got ${request.method}.\n`, { allow: "GET, HEAD" });
  }
  switch (new URL(request.url).pathname) {
    case "/":
      return reply(200, INDEX);
    case "/metrics":
      return await answerMetrics("hostname" in remote ? remote.hostname : "", options);
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
  hostname: string,
  { mayScrape, metrics }: HttpOptions,
): Promise<Response> {
  const address = normalizeAddress(hostname);
  if (!mayScrape(address)) {
    return reply(403, `Expected an address listed in metrics.scrape_from, got ${address}.\n`);
  }
  return reply(200, await metrics.text(), { "content-type": metrics.contentType });
}

function replyJson(status: number, body: unknown): Response {
  return reply(status, `${JSON.stringify(body)}\n`, { "content-type": "application/json" });
}

function reply(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { ...COMMON_HEADERS, "content-type": PLAIN, ...headers },
  });
}
