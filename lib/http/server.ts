// Metrics and health over HTTP.
import { normalizeAddress } from "../net/address.ts";

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
}

/** An HTTP server that runs. */
export interface HttpServer {
  readonly addr: Deno.NetAddr;
  /** Finishes what it is answering and stops. */
  stop(): Promise<void>;
}

const COMMON_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const PLAIN = "text/plain; charset=utf-8";
const INDEX = "ClassCord. Metrics: /metrics, health: /healthz\n";

/** Starts serving. @throws What `Deno.serve` throws, such as `AddrInUse`. */
export function startHttpServer(options: HttpOptions): HttpServer {
  const server = Deno.serve(
    { hostname: options.host, port: options.port, onListen() {} },
    (request, { remoteAddr }) => answer(request, remoteAddr, options),
  );
  return { addr: server.addr as Deno.NetAddr, stop: () => server.shutdown() };
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
      const body = JSON.stringify({ status: ok ? "ok" : "failing", ...details });
      return reply(ok ? 200 : 503, `${body}\n`, { "content-type": "application/json" });
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

function reply(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { ...COMMON_HEADERS, "content-type": PLAIN, ...headers },
  });
}
