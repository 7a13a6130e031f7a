// Settings that are sound each by itself, and cannot be together.
import type { Config } from "./schema.ts";

/** A line for each conflict. */
export function conflicts({ tls, proxy }: Config): string[] {
  const problems: string[] = [];
  for (const [missing, given] of [["key", "cert"], ["cert", "key"]] as const) {
    if (tls[missing] === "" && tls[given] !== "") {
      problems.push(`tls.${missing}: expected a path, since tls.${given} has one, got "".`);
    }
  }
  if (tls.require_for_login && tls.cert === "" && proxy.trusted.length === 0) {
    problems.push(
      "tls.require_for_login: expected tls.cert and tls.key with it, or a proxy in proxy.trusted, got " +
        "neither: nobody could log in.",
    );
  }
  return problems;
}
