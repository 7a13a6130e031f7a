// The settings of a directory for tests.
import { LOCAL_REQUESTER, type Requester } from "../../lib/auth/requester.ts";
import { normalizeDn } from "../../lib/ldap/dn.ts";
import type { DirectorySettings, Server } from "../../lib/ldap/settings.ts";
import { steadyClock } from "../../lib/ops/background.ts";
import { BASE, groupDn, SEARCHER } from "./slapd.ts";

/** The clock of a desk in tests with a real directory. */
export const DESK_CLOCK = steadyClock;

/** A requester from a network. */
export function from(network: string): Requester {
  return { ...LOCAL_REQUESTER, network };
}

/** Returns a server of this machine. */
export function serverAt(port: number, security: Server["security"] = "none"): Server {
  return { url: `ldap://127.0.0.1:${port}`, host: "127.0.0.1", port, security };
}

/** Returns what membership in the group with this `cn` gives. */
export function gives<T extends string>(given: T, cn: string): { gives: T; dn: string } {
  return { gives: given, dn: normalizeDn(groupDn(cn))! };
}

/** Returns settings for the directory of the tests. */
export function settingsFor(
  servers: readonly Server[],
  changes: Partial<DirectorySettings> = {},
): DirectorySettings {
  return {
    servers,
    ca: undefined,
    bindDn: SEARCHER.dn,
    bindPassword: SEARCHER.password,
    base: BASE,
    filter: "(objectClass=inetOrgPerson)",
    nameAttribute: "uid",
    nameSuffix: "",
    idAttribute: "entryUUID",
    groupSearch: "memberOf",
    groupBase: BASE,
    roles: [],
    groups: [],
    timeoutMs: 10_000,
    connections: 10,
    ...changes,
  };
}
