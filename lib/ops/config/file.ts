// Reads the configuration file and finds the settings in it.
import { parse as parseToml, TomlError } from "smol-toml";
import { reasonOf } from "../../store/regular_file.ts";
import { kindOf } from "../../protocol/json.ts";
import { CHANNEL_TABLE } from "./channels.ts";
import { ConfigError } from "./config_error.ts";
import { type ConfigInputs, FILE_VARIABLE, type Found, SYSTEM_FILE } from "./inputs.ts";
import { RENAMED } from "./renamed.ts";
import { allSettings, SECTIONS } from "./schema.ts";
import { meantBy, unknownName } from "./unknown.ts";

/** The tables of a configuration file. */
export interface ConfigFile {
  readonly path: string;
  readonly tables: Record<string, unknown>;
}

/**
 * Reads the named file, or else the system's file if it exists.
 *
 * @throws {ConfigError} If the file cannot be read or is not TOML.
 */
export function readConfigFile(
  { flags, environment, readFile }: ConfigInputs,
): ConfigFile | undefined {
  const named = flags.get("--config") ?? environment[FILE_VARIABLE];
  const path = named ?? SYSTEM_FILE;
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    if (named === undefined && error instanceof Deno.errors.NotFound) return undefined;
    const reason = reasonOf(error);
    const hint = error instanceof Deno.errors.PermissionDenied
      ? " Run this command as the user of the server, or as root (sudo …)."
      : "";
    throw new ConfigError([`${path}: cannot read: ${reason}.${hint}`]);
  }
  try {
    // An editor on Windows may have added a byte order mark.
    return { path, tables: parseToml(text.replace(/^\uFEFF/, "")) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "");
    const place = `line ${error.line}, column ${error.column}`;
    throw new ConfigError([`${path}: invalid TOML at ${place}: ${reason}.`]);
  }
}

/**
 * Changes old names of settings to their present names.
 *
 * @param warnings Receives a line for each old name.
 */
export function renameKeys({ path, tables }: ConfigFile, warnings: string[]): ConfigFile {
  const renamed = { ...tables };
  for (const { from: [section, key], to: [newSection, newKey] } of RENAMED) {
    const table = renamed[section];
    if (!isTable(table) || !Object.hasOwn(table, key)) continue;
    const { [key]: value, ...rest } = table;
    renamed[section] = rest;
    // If the file has both names, the present name takes precedence.
    const target = renamed[newSection] ?? {};
    if (isTable(target)) renamed[newSection] = { [newKey]: value, ...target };
    warnings.push(`${path}: ${section}.${key} has been renamed to ${newSection}.${newKey}`);
  }
  return { path, tables: renamed };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Finds the settings of a file.
 *
 * @param found Receives their values.
 * @param problems Receives a line for each unknown name.
 */
export function collectFile(
  { path, tables }: ConfigFile,
  found: Map<string, Found>,
  problems: string[],
): void {
  for (const [section, table] of Object.entries(nested(tables))) {
    if (section === CHANNEL_TABLE) continue;
    const known = Object.hasOwn(SECTIONS, section)
      ? SECTIONS[section as keyof typeof SECTIONS].settings
      : undefined;
    if (known === undefined) {
      const [kind, known] = ["sections", Object.keys(SECTIONS)];
      const meant = placesOf(section);
      problems.push(`${path}: ${section}: ${unknownName(section, { kind, known, meant })}`);
      continue;
    }
    if (!isTable(table)) {
      problems.push(`${path}: ${section}: expected a table [${section}], got ${kindOf(table)}.`);
      continue;
    }
    for (const [key, value] of Object.entries(table)) {
      if (Object.hasOwn(known, key)) found.set(`${section}.${key}`, { value, source: path });
      else {
        const keys = Object.keys(known);
        const meant = meantBy(key, keys) ?? placesOf(key);
        const told = unknownName(key, { kind: "keys", known: keys, meant });
        problems.push(`${path}: ${section}.${key}: ${told}`);
      }
    }
  }
}

// TOML has the section `auth.ldap` as a table in the table `auth`.
function nested(tables: ConfigFile["tables"]): ConfigFile["tables"] {
  const found = { ...tables };
  for (const section of Object.keys(SECTIONS)) {
    const [outer, inner] = section.split(".");
    const table = found[outer!];
    if (inner === undefined || !isTable(table) || !Object.hasOwn(table, inner)) continue;
    const { [inner]: value, ...rest } = table;
    found[outer!] = rest;
    found[section] = value;
  }
  return found;
}

/** Returns the settings with this key in other sections, for a key in the wrong section. */
function placesOf(key: string): string | undefined {
  const places = allSettings().filter((each) => each.key === key)
    .map((each) => `${each.section}.${key}`);
  return places.length === 0 ? undefined : places.join(" or ");
}
