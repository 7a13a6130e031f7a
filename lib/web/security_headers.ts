// The headers of every reply to a browser: what a page of the server may do, and who may use its replies.

const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

const HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/;
const YEAR_SECONDS = 31_536_000;

/** What the headers depend on. */
export interface SecurityOptions {
  /** The `Host` field of the request. */
  readonly host: string | undefined;
  /** Whether browsers shall use HTTPS only from now on; so that the request must have come over it. */
  readonly hsts: boolean;
}

/** The headers of a reply. */
export function securityHeaders({ host, hsts }: SecurityOptions): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(host),
    ...HEADERS,
    ...(hsts ? { "strict-transport-security": `max-age=${YEAR_SECONDS}` } : {}),
  };
}

// Safari long did not count ws: and wss: as 'self'. A host with other characters could add a directive.
function contentSecurityPolicy(host: string | undefined): string {
  const sockets = host !== undefined && HOST.test(host) ? ` ws://${host} wss://${host}` : "";
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    `connect-src 'self'${sockets}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; ` +
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
    "trusted-types 'none'";
}
