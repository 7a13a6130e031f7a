// Loads the descriptions of the protocol, which are files of the documentation, and parses them.
import { parseManual, type Section } from "../text/manual.ts";

/** The descriptions by language. The French one is an introduction. */
export interface Manuals {
  readonly en: readonly Section[];
  readonly fr: readonly Section[];
}

/** Loads the descriptions. @throws {TypeError} if they cannot be loaded. */
export async function loadManuals(): Promise<Manuals> {
  const [{ default: en }, { default: fr }] = await Promise.all([
    import("../text/protocol_en.ts"),
    import("../text/protocol_fr.ts"),
  ]);
  return { en: parseManual(en), fr: parseManual(fr) };
}
