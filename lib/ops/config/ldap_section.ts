// The settings of accounts that live in the directory of the school, and how their texts are read.
import { isIP } from "node:net";
import { isLoopbackRange } from "../../net/ranges.ts";
import { checkName } from "../../protocol/names.ts";
import { ACCOUNT_ROLES, type AccountRole } from "../../store/accounts.ts";
import { choice, list, number, text, toggle } from "./setting.ts";
import { FILE } from "./values.ts";

/** The address of a server of the directory. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Whether the connection uses TLS from its beginning. */
  readonly isSecure: boolean;
}

const PORTS = { "ldap:": 389, "ldaps:": 636 } as const;

/** Reads the address of a server, such as `ldaps://dc1.school.example`. @returns `undefined` if it is not valid. */
export function readServer(value: string): ServerAddress | undefined {
  const [, scheme, rest] = /^(ldaps?:)\/\/([^/?#@\s]{1,255})\/?$/.exec(value) ?? [];
  if (scheme === undefined || !URL.canParse(`http://${rest}`)) return undefined;
  // The scheme of the web knows host names, IPv6 addresses in brackets, and ports. It leaves its own port out.
  const { hostname } = new URL(`http://${rest}`);
  const port = /:(\d{1,5})$/.exec(rest!)?.[1];
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === undefined ? PORTS[scheme as keyof typeof PORTS] : Number(port),
    isSecure: scheme === "ldaps:",
  };
}

/** Whether a server is on this machine, so that nobody on the network can read the connection. */
export function isOnThisMachine({ host }: ServerAddress): boolean {
  return host === "localhost" || isIP(host) !== 0 && isLoopbackRange(host);
}

/** What membership in a group of the directory gives. */
export interface GroupMapping<T extends string = string> {
  readonly gives: T;
  /** The distinguished name of the group, as the setting has it. */
  readonly dn: string;
}

/** Reads what a group gives, such as `moderator: cn=teachers,dc=school`. @returns `undefined` if it is not valid. */
export function readMapping(value: string): GroupMapping | undefined {
  const [, gives = "", dn = ""] = /^([^:]*):(.*)$/s.exec(value) ?? [];
  const isDn = dn.length <= 1024 && /^\s*[a-z0-9][a-z0-9.-]*\s*=\s*[^\s=]/i.test(dn);
  return isDn && gives.trim() !== "" ? { gives: gives.trim(), dn: dn.trim() } : undefined;
}

function givesRole(value: string): boolean {
  return ACCOUNT_ROLES.includes(readMapping(value)?.gives as AccountRole);
}

function givesGroup(value: string): boolean {
  const mapping = readMapping(value);
  return mapping !== undefined && checkName(mapping.gives).ok;
}

const ATTRIBUTE = {
  expected: "the name of an attribute",
  accepts: (value: string) => /^[a-z0-9][a-z0-9.;-]{0,127}$/i.test(value),
};
const DN = {
  expected: "a distinguished name, or nothing",
  accepts: (value: string) => value.length <= 1024 && (value === "" || value.includes("=")),
};

/** The section with its help text and its settings. */
export const LDAP_SECTION = {
  help:
    "Accounts that live in the directory of the school: LDAP or Active Directory. LDAP.md explains how to set it up.",
  settings: {
    servers: list({
      restart: true,
      default: [],
      expected: 'a list of servers such as ["ldaps://dc1.school.example"]',
      accepts: (value) => readServer(value) !== undefined,
      help: "Servers of the directory, in the order in which they are tried. Empty: no directory.",
    }),
    start_tls: toggle({
      restart: true,
      default: true,
      help:
        "Whether connections to `ldap://` servers are encrypted with StartTLS. `false` is accepted only if " +
        "these servers are on this machine.",
    }),
    ca: text({
      restart: true,
      ...FILE,
      default: "",
      help:
        "Path of the certificates of the authorities that sign the certificates of the servers, in PEM. The public " +
        "authorities that Deno knows are trusted, too.",
    }),
    bind_dn: text({
      restart: true,
      expected: "a name, or nothing",
      accepts: (value) => value.length <= 1024,
      default: "",
      help:
        "The account that searches the directory: its distinguished name or, for Active Directory, its " +
        "`userPrincipalName`. Empty: anonymous.",
    }),
    bind_password_file: text({
      restart: true,
      ...FILE,
      default: "",
      help:
        "Path of the file with the password of this account, on its first line. Only the owner may have " +
        "rights to the file (mode 0600).",
    }),
    base: text({
      restart: true,
      ...DN,
      default: "",
      help: "The entry below which people are searched. Required with `servers`.",
    }),
    filter: text({
      restart: true,
      default: "(objectClass=person)",
      expected: 'a filter such as "(objectClass=person)"',
      accepts: (value) => /^\(.{1,2000}\)$/s.test(value),
      help: "The entries that may log in, as an LDAP filter. It is combined with the name.",
    }),
    name_attribute: text({
      restart: true,
      ...ATTRIBUTE,
      default: "uid",
      help:
        "Attribute with the name of a person, which is typed at the login and shown in the chat: `uid`, or " +
        "`sAMAccountName` or `userPrincipalName` for Active Directory.",
    }),
    name_suffix: text({
      restart: true,
      expected: "a text of at most 255 characters",
      accepts: (value) => value.length <= 255,
      default: "",
      help: "What the values of this attribute have after the name, such as `@school.example` in " +
        "`userPrincipalName`. It is not typed and not shown.",
    }),
    id_attribute: text({
      restart: true,
      ...ATTRIBUTE,
      default: "entryUUID",
      help:
        "Attribute with the identity of an entry, which stays the same when the entry is renamed; " +
        "`objectGUID` for Active Directory.",
    }),
    group_search: choice({
      restart: true,
      default: "memberOf",
      values: ["memberOf", "nested", "search", "in_chain"],
      help:
        "How the groups of a person are found. `memberOf`: by the attribute of the entry. `nested`: the same, " +
        "and the groups of these groups. `search`: by searching for groups with the person in `member`, " +
        "`uniqueMember` or `memberUid`, and for the groups of these groups. `in_chain`: by the matching rule of Active " +
        "Directory, groups in groups included.",
    }),
    group_base: text({
      restart: true,
      ...DN,
      default: "",
      help: "The entry below which groups are searched. Empty: `base`.",
    }),
    roles: list({
      restart: true,
      default: [],
      separator: ";",
      expected: 'a list such as ["moderator: cn=teachers,ou=groups,dc=school,dc=example"]',
      accepts: givesRole,
      help:
        "Roles that groups of the directory give; the highest counts. Others become members. Empty: the " +
        "directory gives no roles, and `classcord user role` sets them. In the environment, semicolons separate " +
        "the items.",
    }),
    groups: list({
      restart: true,
      default: [],
      separator: ";",
      expected: 'a list such as ["2SLAM: cn=2slam,ou=groups,dc=school,dc=example"]',
      accepts: givesGroup,
      help:
        "Groups of the chat that groups of the directory give. A group that does not exist is created. In the " +
        "environment, semicolons separate the items.",
    }),
    timeout_seconds: number({
      restart: true,
      default: 10,
      min: 1,
      max: 60,
      unit: "seconds",
      help:
        "Maximum time of a login at the directory, the wait included. Then the client gets the error " +
        "`busy`. Accounts that live here are not affected.",
    }),
    connections: number({
      restart: true,
      default: 10,
      min: 1,
      max: 100,
      unit: "connections",
      help: "Maximum number of connections to the directory at the same time. Further logins wait.",
    }),
    check_minutes: number({
      restart: true,
      default: 10,
      min: 1,
      max: 1_440,
      unit: "minutes",
      help:
        "How often accounts that are online or stay signed in are looked up. Accounts that the directory " +
        "has disabled or removed lose their sessions; names, roles and groups are brought up to date.",
    }),
    cache_hours: number({
      restart: true,
      default: 0,
      min: 1,
      max: 24,
      unit: "hours",
      zero: true,
      zeroMeans: "to keep nothing",
      help:
        "How long after a login the server keeps the Argon2id hash of the password in memory, for logins while " +
        "the directory does not answer.",
    }),
  },
} as const;
