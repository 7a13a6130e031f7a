// Finds settings in environment variables and in the flags of the command line.
import { FILE_VARIABLE, type Found } from "./inputs.ts";
import { RENAMED } from "./renamed.ts";
import { allSettings, environmentNames, FLAGS } from "./schema.ts";
import { didYouMean, meantBy } from "./unknown.ts";

/**
 * Finds settings in environment variables.
 *
 * @param found Receives their values.
 * @param warnings Receives a line for each variable that is unknown or has an old name.
 */
export function collectEnvironment(
  environment: Readonly<Record<string, string>>,
  found: Map<string, Found>,
  warnings: string[],
): void {
  const known = new Set([FILE_VARIABLE]);
  for (const { from, to } of RENAMED) {
    const [old, name] = [from, to].map((path) => `CLASSCORD_${path.join("_")}`.toUpperCase());
    known.add(old!);
    const text = environment[old!];
    if (text === undefined) continue;
    const setting = allSettings().find(({ section, key }) => section === to[0] && key === to[1])!
      .setting;
    found.set(to.join("."), { value: setting.fromText(text), source: old! });
    warnings.push(`environment variable ${old} has been renamed to ${name}`);
  }
  for (const { section, key, setting } of allSettings()) {
    for (const name of environmentNames({ section, key })) {
      known.add(name);
      const text = environment[name];
      if (text === undefined) continue;
      found.set(`${section}.${key}`, { value: setting.fromText(text), source: name });
    }
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith("CLASSCORD_") && !known.has(name)) {
      const meant = didYouMean(meantBy(name.toLowerCase(), lowerCase(known))?.toUpperCase());
      warnings.push(`unknown environment variable ${name}, ignored.${meant}`);
    }
  }
}

function lowerCase(names: Iterable<string>): string[] {
  return [...names].map((name) => name.toLowerCase());
}

/** Finds settings in command-line flags. @param found Receives their values. */
export function collectFlags(flags: ReadonlyMap<string, string>, found: Map<string, Found>): void {
  for (const { flag, section, key } of FLAGS) {
    const text = flags.get(flag);
    if (text === undefined) continue;
    const setting = allSettings().find((each) => each.section === section && each.key === key)!
      .setting;
    found.set(`${section}.${key}`, { value: setting.fromText(text), source: flag });
  }
}
