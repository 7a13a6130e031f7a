// Starts an OpenLDAP server for one test, on free ports of this machine, with its data in a directory of its own.
import assert from "node:assert/strict";
import { writeCertificate } from "./certificate.ts";
import { findProgram, type Needs } from "./programs.ts";

// The program is not in the PATH of ordinary users.
const SLAPD = findProgram("slapd", `${Deno.env.get("PATH") ?? ""}:/usr/sbin`);
const SCHEMAS = "/etc/ldap/schema";

/** The requirements of tests with a real directory. */
export const NEEDS_SLAPD: Needs = {
  programs: ["ldapadd", "ldapmodify"],
  also: { slapd: SLAPD !== undefined },
};

/** The base of the directory. */
export const BASE = "dc=school,dc=example";
/** The account that may search, and its password. */
export const SEARCHER = { dn: `cn=search,${BASE}`, password: "for-searching" } as const;
/** The account that may do everything. */
export const MANAGER = { dn: `cn=admin,${BASE}`, password: "for-managing" } as const;

/** A running directory. */
export interface Slapd extends AsyncDisposable {
  /** The address for plaintext and StartTLS. */
  readonly url: string;
  /** The address for TLS. */
  readonly secureUrl: string;
  readonly port: number;
  /** The path of its certificate, which clients trust. */
  readonly ca: string;
  /** The directory of its files. */
  readonly path: string;
  /** Adds entries, in LDIF. */
  add(ldif: string): Promise<void>;
  /** Changes entries, in LDIF with `changetype`. */
  modify(ldif: string): Promise<void>;
  /** Lets it sleep: it accepts connections and does not answer. */
  pause(): void;
  /** Wakes it up. */
  resume(): void;
  /** Stops it. */
  stop(): Promise<void>;
  /** Starts it again with its data, on the same ports. */
  start(): Promise<void>;
  /** The operations so far, as its log has them. */
  readonly log: () => string;
  /** Waits until the log after a position matches. */
  logged(pattern: RegExp, after?: number): Promise<RegExpExecArray>;
}

/** What a directory is like. */
export interface SlapdShape {
  /** Whether it has the attributes of Active Directory instead of the overlay that keeps `memberOf`. */
  readonly likeActiveDirectory?: boolean;
}

/** Starts a directory with an account that may search. */
export async function startSlapd(shape: SlapdShape = {}): Promise<Slapd> {
  const path = await Deno.makeTempDir({ prefix: "classcord-slapd-" });
  const { cert, key } = await writeCertificate(path);
  await Deno.mkdir(`${path}/db`);
  await Deno.writeTextFile(`${path}/slapd.conf`, configuration(path, { cert, key }, shape));
  if (shape.likeActiveDirectory) await Deno.writeTextFile(`${path}/ad.schema`, await microsoft());
  const ports = [freePort(), freePort()] as const;
  let running = await run(path, ports);
  const [port, securePort] = ports;
  const url = `ldap://127.0.0.1:${port}`;
  const slapd: Slapd = {
    url,
    secureUrl: `ldaps://127.0.0.1:${securePort}`,
    port,
    ca: cert,
    path,
    add: (ldif) => change("ldapadd", url, ldif),
    modify: (ldif) => change("ldapmodify", url, ldif),
    pause: () => running.process.kill("SIGSTOP"),
    resume: () => running.process.kill("SIGCONT"),
    log: () => running.log(),
    logged: (pattern, after) => running.logged(pattern, after),
    stop: () => running.stop(),
    async start() {
      running = await run(path, ports);
    },
    async [Symbol.asyncDispose]() {
      await running.stop();
      await Deno.remove(path, { recursive: true });
    },
  };
  try {
    await slapd.add(FIRST_ENTRIES);
    return slapd;
  } catch (error) {
    await slapd[Symbol.asyncDispose]();
    throw error;
  }
}

const FIRST_ENTRIES = `dn: ${BASE}
objectClass: dcObject
objectClass: organization
dc: school
o: School

dn: ${SEARCHER.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: search
userPassword: ${SEARCHER.password}

dn: ou=people,${BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${BASE}
objectClass: organizationalUnit
ou: groups
`;

/** The attributes of Active Directory, which OpenLDAP ships without the rules by which a filter compares them. */
const RULES = {
  sAMAccountName: "caseIgnoreMatch",
  userPrincipalName: "caseIgnoreMatch",
  objectGUID: "octetStringMatch",
  userAccountControl: "integerMatch",
} as const;

async function microsoft(): Promise<string> {
  let schema = await Deno.readTextFile(`${SCHEMAS}/msuser.schema`);
  for (const [name, rule] of Object.entries(RULES)) {
    schema = schema.replace(`NAME '${name}'\n`, `NAME '${name}'\n\tEQUALITY ${rule}\n`);
  }
  return schema;
}

function configuration(
  path: string,
  { cert, key }: { readonly cert: string; readonly key: string },
  { likeActiveDirectory = false }: SlapdShape,
): string {
  const schemas = ["core", "cosine", "nis", "inetorgperson"]
    .map((name) => `include ${SCHEMAS}/${name}.schema\n`);
  return `${schemas.join("")}${likeActiveDirectory ? `include ${path}/ad.schema` : ""}
modulepath /usr/lib/ldap
moduleload back_mdb
${likeActiveDirectory ? "" : "moduleload memberof"}
pidfile ${path}/slapd.pid
TLSCertificateFile ${cert}
TLSCertificateKeyFile ${key}
threads 4
database mdb
suffix "${BASE}"
rootdn "${MANAGER.dn}"
rootpw ${MANAGER.password}
directory ${path}/db
maxsize 33554432
index objectClass,uid,member,entryUUID eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.regex="^cn=[^,]+,${BASE}$" read by * none
${likeActiveDirectory ? "" : "overlay memberof\nmemberof-refint true"}
`;
}

// slapd takes no port 0. These ports are below those that the system gives to outgoing connections, which would take one
// before slapd does.
function freePort(): number {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

interface Running {
  readonly process: Deno.ChildProcess;
  readonly log: () => string;
  logged(pattern: RegExp, after?: number): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

async function run(path: string, [port, securePort]: readonly number[]): Promise<Running> {
  const process = new Deno.Command(SLAPD!, {
    args: [
      ...["-f", `${path}/slapd.conf`, "-d", "stats"],
      // The certificate is not valid for the second address.
      ...[
        "-h",
        `ldap://127.0.0.1:${port} ldap://127.0.0.2:${port} ldaps://127.0.0.1:${securePort}`,
      ],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let log = "";
  let grown = Promise.withResolvers<boolean>();
  const reading = (async () => {
    for await (const part of process.stderr.pipeThrough(new TextDecoderStream())) {
      log += part;
      grown.resolve(true);
      grown = Promise.withResolvers();
    }
    grown.resolve(false);
  })();
  async function logged(pattern: RegExp, after = 0): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(log.slice(after));
      if (found !== null) return found;
      if (!await grown.promise) throw new Error(`slapd ended:\n${log}`);
    }
  }
  await logged(/slapd starting/);
  // It says so a moment before it listens.
  for (const each of [port!, securePort!]) await reachable(each);
  return {
    process,
    log: () => log,
    logged,
    async stop() {
      try {
        process.kill("SIGCONT");
        process.kill("SIGTERM");
      } catch {
        // It has ended.
      }
      await process.status;
      await reading;
    },
  };
}

async function reachable(port: number): Promise<void> {
  for (;;) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
  }
}

async function change(program: string, url: string, ldif: string): Promise<void> {
  const child = new Deno.Command(program, {
    args: ["-x", "-H", url, "-D", MANAGER.dn, "-w", MANAGER.password],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  await new Response(ldif).body!.pipeTo(child.stdin);
  const { success, stderr } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** The values of an entry of a person. */
export interface PersonShape {
  readonly uid: string;
  readonly password?: string;
  /** Further lines of LDIF. */
  readonly more?: string;
}

/** Returns the LDIF of a person. */
export function person({ uid, password = `pw-${uid}`, more = "" }: PersonShape): string {
  const text = (attribute: string, value: string) =>
    `${attribute}:: ${new TextEncoder().encode(value).toBase64()}\n`;
  const base64Dn = text("dn", `uid=${escapeDn(uid)},ou=people,${BASE}`);
  return `${base64Dn}objectClass: inetOrgPerson\n${text("uid", uid)}${text("cn", uid)}${
    text("sn", uid)
  }${text("userPassword", password)}${more}\n`;
}

function escapeDn(value: string): string {
  return value.replace(/[,+"\\<>;=#]/g, (sign) => `\\${sign.charCodeAt(0).toString(16)}`);
}

/** Returns the LDIF of a person of Active Directory. */
export function adPerson(
  { name, guid, control = 512, memberOf = [] }: {
    readonly name: string;
    readonly guid: Uint8Array;
    /** The value of `userAccountControl`. */
    readonly control?: number;
    readonly memberOf?: readonly string[];
  },
): string {
  return `dn: cn=${name} of School,ou=people,${BASE}
objectClass: user
objectClass: extensibleObject
cn: ${name} of School
sn: ${name}
instanceType: 4
nTSecurityDescriptor: x
objectCategory: cn=Person,${BASE}
sAMAccountName: ${name}
userPrincipalName: ${name}@school.example
objectGUID:: ${guid.toBase64()}
userAccountControl: ${control}
userPassword: pw-${name}
${memberOf.map((dn) => `memberOf: ${dn}\n`).join("")}
`;
}

/** Returns the LDIF of a group. @param members Distinguished names. */
export function group(cn: string, members: readonly string[]): string {
  return `dn: cn=${cn},ou=groups,${BASE}\nobjectClass: groupOfNames\ncn: ${cn}\n${
    members.map((member) => `member: ${member}\n`).join("")
  }\n`;
}

/** Returns the distinguished name of a person. */
export function dnOf(uid: string): string {
  return `uid=${uid},ou=people,${BASE}`;
}

/** Returns the distinguished name of a group. */
export function groupDn(cn: string): string {
  return `cn=${cn},ou=groups,${BASE}`;
}
