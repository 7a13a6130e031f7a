// The security headers of every reply to a browser. They restrict what the page may do and which sites may use replies.

const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

// Browsers apply this header only to origins that they trust. For others they print an error into the console.
const OPENER_POLICY = { "cross-origin-opener-policy": "same-origin" };
const LOOPBACK = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

const HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/;
const YEAR_SECONDS = 31_536_000;

/** The values that the headers depend on. */
export interface SecurityOptions {
  /** The `Host` field of the request. */
  readonly host: string | undefined;
  /** Whether the request came over HTTPS. */
  readonly secure: boolean;
  /** Whether to tell browsers that came over HTTPS to use nothing else. */
  readonly hsts: boolean;
}

/** Returns the security headers of a reply. */
export function securityHeaders(
  { host, secure, hsts }: SecurityOptions,
): Record<string, string> {
  const isTrusted = secure || host !== undefined && host.length <= 255 && LOOPBACK.test(host);
  return {
    "content-security-policy": contentSecurityPolicy(host),
    ...HEADERS,
    ...(isTrusted ? OPENER_POLICY : {}),
    ...(secure && hsts ? { "strict-transport-security": `max-age=${YEAR_SECONDS}` } : {}),
  };
}

// Older versions of Safari do not count ws: and wss: as 'self', so the policy names them. A host with characters
// outside HOST could add a directive, so it is left out.
function contentSecurityPolicy(host: string | undefined): string {
  const sockets = host !== undefined && HOST.test(host) ? ` ws://${host} wss://${host}` : "";
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    `connect-src 'self'${sockets}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; ` +
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
    "trusted-types 'none'";
}
