// Finds settings that are valid separately but not together.
import type { Config } from "./schema.ts";

/** Returns a line for each conflict. */
export function conflicts({ tls, proxy, web }: Config): string[] {
  const problems: string[] = [];
  for (const [missing, given] of [["key", "cert"], ["cert", "key"]] as const) {
    if (tls[missing] === "" && tls[given] !== "") {
      problems.push(`tls.${missing}: expected a path because tls.${given} is set, got "".`);
    }
  }
  const proxies = [...proxy.trusted, ...web.proxies];
  if (tls.require_for_login && tls.cert === "" && proxies.length === 0) {
    problems.push(
      "tls.require_for_login: requires tls.cert and tls.key, or a proxy in proxy.trusted or web.proxies. Without them " +
        "nobody can log in.",
    );
  }
  return problems;
}
