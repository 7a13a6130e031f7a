// Opens the directory of the school, if the settings have one. Its code and ldapts are loaded only then.
import type { Desk } from "../../ldap/desk.ts";
import type { DirectorySettings, Mapping, Server } from "../../ldap/settings.ts";
import { steadyClock } from "../../ops/background.ts";
import { readMapping, readServer } from "../../ops/config/ldap_section.ts";
import type { Config } from "../../ops/config/schema.ts";
import type { Log } from "../../ops/log/log.ts";
import { oneLine } from "../../ops/log/text.ts";
import { readCertificates, readSecret } from "../files/setting_files.ts";
import { ListenFailure } from "../listen.ts";
import type { Watching } from "../observers.ts";

/** Whether the settings have a directory. */
export function hasDirectory(config: Config): boolean {
  return config["auth.ldap"].servers.length > 0;
}

/** Opens the directory. It is not asked yet. @param opened Closes it. @throws {ListenFailure} */
export async function openDirectory(
  config: Config,
  { log, watching }: { readonly log: Pick<Log, "write">; readonly watching: Watching },
  opened: AsyncDisposableStack,
): Promise<Desk | undefined> {
  if (!hasDirectory(config)) return undefined;
  const settings = await directorySettings(config);
  const { Desk } = await import("../../ldap/desk.ts");
  const desk = new Desk({
    settings,
    clock: steadyClock,
    failed({ url }, reason) {
      const text = oneLine(`${url} failed: ${reason}`);
      log.write("warning", "LDAP", { text, cause: { kind: "failures of the directory", text } });
    },
    done: watching.metrics.countDirectory,
  });
  opened.defer(() => desk.close());
  return desk;
}

/** Reads the settings, and the files that they name. @throws {ListenFailure} */
export async function directorySettings(config: Config): Promise<DirectorySettings> {
  const ldap = config["auth.ldap"];
  const { checkFilter } = await import("../../ldap/entry.ts");
  const wrong = checkFilter(ldap.filter);
  if (wrong !== undefined) throw new ListenFailure(`auth.ldap.filter: ${wrong}`);
  return {
    servers: ldap.servers.map((url) => toServer(url, ldap.start_tls)),
    ca: ldap.ca === "" ? undefined : readCertificates({ setting: "auth.ldap.ca", path: ldap.ca }),
    bindDn: ldap.bind_dn,
    bindPassword: ldap.bind_dn === "" ? "" : readPassword(ldap.bind_password_file),
    base: ldap.base,
    filter: ldap.filter,
    nameAttribute: ldap.name_attribute,
    nameSuffix: ldap.name_suffix,
    idAttribute: ldap.id_attribute,
    groupSearch: ldap.group_search,
    groupBase: ldap.group_base || ldap.base,
    roles: await toMappings(ldap.roles, "roles") as DirectorySettings["roles"],
    groups: await toMappings(ldap.groups, "groups"),
    timeoutMs: ldap.timeout_seconds * 1000,
    connections: ldap.connections,
  };
}

function toServer(url: string, startTls: boolean): Server {
  const { host, port, isSecure } = readServer(url)!;
  return { url, host, port, security: isSecure ? "ldaps" : startTls ? "starttls" : "none" };
}

async function toMappings(values: readonly string[], key: string): Promise<Mapping[]> {
  const { normalizeDn } = await import("../../ldap/dn.ts");
  return values.map((value) => {
    const { gives, dn } = readMapping(value)!;
    const normal = normalizeDn(dn);
    if (normal !== undefined) return { gives, dn: normal };
    throw new ListenFailure(`auth.ldap.${key}: expected a distinguished name, got ${dn}.`);
  });
}

// The password of the account that searches.
function readPassword(path: string): string {
  const file = { setting: "auth.ldap.bind_password_file", path };
  const [secret = ""] = readSecret(file).split(/\r?\n/);
  if (secret !== "") return secret;
  throw new ListenFailure(
    `${file.setting}: ${path}: expected a password on the first line, got nothing.`,
  );
}
