// Finds settings that are valid separately but not together.
import { clusterConflicts } from "./cluster_section.ts";
import { isOnThisMachine, readServer } from "./ldap_section.ts";
import type { Config } from "./schema.ts";

/** Returns a line for each conflict. */
export function conflicts({ tls, proxy, web, cluster, ...others }: Config): string[] {
  const problems = [...directoryConflicts(others["auth.ldap"]), ...clusterConflicts(cluster)];
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

function directoryConflicts(ldap: Config["auth.ldap"]): string[] {
  if (ldap.servers.length === 0) {
    return ldap.base === "" ? [] : [
      "auth.ldap.servers: expected at least one server, because auth.ldap.base is set; got [].",
    ];
  }
  const problems: string[] = [];
  for (const url of ldap.servers) {
    const server = readServer(url)!;
    if (server.isSecure || ldap.start_tls || isOnThisMachine(server)) continue;
    problems.push(
      `auth.ldap.start_tls: expected true, because ${url} is not on this machine and passwords must not be sent ` +
        "in plaintext; got false.",
    );
  }
  if (ldap.base === "") {
    problems.push('auth.ldap.base: expected the entry below which people are, got "".');
  }
  if (ldap.bind_dn !== "" && ldap.bind_password_file === "") {
    problems.push(
      'auth.ldap.bind_password_file: expected a path because auth.ldap.bind_dn is set, got "".',
    );
  }
  return problems;
}
