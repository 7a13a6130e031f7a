// `classcord tls self-signed`: creates a key and a certificate for a lab.
import { X509Certificate } from "node:crypto";
import { hostname } from "node:os";
import { isIP } from "node:net";
import { Command, InvalidArgumentError } from "commander";
import { toml } from "../ops/config/document.ts";
import { ConfigError } from "../ops/config/config_error.ts";
import { replaceFile } from "../ops/data/replace_file.ts";
import { makeSelfSigned } from "../ops/tls/self_signed.ts";
import { makeDirectoryFor } from "../store/owner.ts";
import { reasonOf } from "../store/regular_file.ts";
import { CommandFailure } from "./command.ts";
import { readSettings, USES, withSettings } from "./settings.ts";

const DAY_MS = 86_400_000;
const MAX_DAYS = 36_500;
const DEFAULT_DAYS = 365;
/** The clocks of clients may be behind, so the certificate is valid from before now. */
const SLACK_MS = 3_600_000;
const LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
const HOST = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})*$`, "i");

interface Options {
  readonly host: readonly string[];
  readonly days: number;
  readonly out: string;
  readonly force?: true;
}

/** Returns the commands about TLS. */
export function tlsCommand(): Command {
  return new Command("tls")
    .summary("create keys and certificates")
    .addCommand(selfSignedCommand());
}

function selfSignedCommand(): Command {
  return withSettings(new Command("self-signed"), USES.data)
    .summary("create a key and a self-signed certificate for a lab")
    .description(
      "Creates classcord.key and classcord.crt, a self-signed certificate. It suits a lab, where each client\n" +
        "gets the certificate or its fingerprint. Elsewhere, use a certificate from an authority.\n" +
        "If root runs this, the files belong to the owner of the data directory, so that the server can read them.",
    )
    .option(
      "--host <name>",
      "name or address that clients connect to; can be repeated (default: this machine's name, " +
        "localhost, 127.0.0.1, ::1)",
      addHost,
      [],
    )
    .option("--days <number>", "validity in days", readDays, DEFAULT_DAYS)
    .option("--out <directory>", "directory for the two files", ".")
    .option("--force", "overwrite existing files")
    .action(async (options: Options, command: Command) => {
      const hosts = options.host.length > 0 ? options.host : localHosts();
      const now = Date.now();
      const made = await makeSelfSigned({
        hosts,
        notBefore: new Date(now - SLACK_MS),
        notAfter: new Date(now + options.days * DAY_MS),
      });
      const paths = write(made, options, dataDirOf(command));
      const { validTo, fingerprint256 } = new X509Certificate(made.cert);
      console.log(`${paths.key}
${paths.cert}: for ${hosts.join(", ")}, until ${new Date(validTo).toISOString()}
SHA-256 fingerprint: ${fingerprint256}

Add this to the settings:

[tls]
cert = ${toml(paths.cert)}
key = ${toml(paths.key)}`);
    });
}

function addHost(host: string, hosts: readonly string[]): string[] {
  if (isIP(host) === 0 && !(host.length <= 253 && HOST.test(host))) {
    throw new InvalidArgumentError(
      "Expected a host name such as chat.example.org, or an IP address.",
    );
  }
  return [...hosts, host];
}

function readDays(text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(days >= 1 && days <= MAX_DAYS)) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${MAX_DAYS}.`);
  }
  return days;
}

function localHosts(): string[] {
  const name = hostname();
  return [...new Set([...(HOST.test(name) ? [name] : []), "localhost", "127.0.0.1", "::1"])];
}

function write(
  { cert, key }: { readonly cert: string; readonly key: string },
  { out, force }: Options,
  dataDir: string,
): { cert: string; key: string } {
  try {
    makeDirectoryFor(dataDir, out);
    const directory = Deno.realPathSync(out);
    const paths = { cert: `${directory}/classcord.crt`, key: `${directory}/classcord.key` };
    if (!force) refuseExisting(Object.values(paths));
    replaceFile(paths.key, key, { mode: 0o600, dataDir });
    replaceFile(paths.cert, cert, { mode: 0o644, dataDir });
    return paths;
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = reasonOf(error);
    throw new CommandFailure(`${out}: cannot write: ${reason}.`);
  }
}

// If a certificate is missing, the settings are not valid yet. Then root keeps the files.
function dataDirOf(command: Command): string {
  try {
    return readSettings(command).config.store.data_dir;
  } catch (error) {
    if (error instanceof ConfigError) return "";
    throw error;
  }
}

function refuseExisting(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      Deno.lstatSync(path);
    } catch {
      continue;
    }
    throw new CommandFailure(
      `${path}: file exists. Use --force to overwrite it.`,
    );
  }
}
