// Finds the web page: in the executable, or where `deno task web` puts it.
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import { type Assets, readAssets } from "../web/assets.ts";

/** Where the build puts the page, relative to the folder of the main module. */
export const PAGE_FILE = "dist/web/assets.json";

/** The variable that `scripts/build.ts` defines at the beginning of the bundle. */
interface Scope {
  /** The text of {@linkcode PAGE_FILE}. */
  CLASSCORD_PAGE?: string;
}

/** What {@linkcode openPage} works with. */
export interface PageOptions {
  readonly mainModule: URL;
  readonly log: Pick<Log, "write">;
  readonly scope?: Scope;
}

/**
 * Finds the page. If there is none, one line in the log says so, and browsers get a page that says so.
 *
 * @returns A function that returns the files. It decodes them at its first call.
 */
export function openPage(options: PageOptions): () => Assets {
  const { log, mainModule, scope = globalThis as never } = options;
  const text = scope.CLASSCORD_PAGE ?? readBuilt(mainModule);
  if (text === "") {
    const how = "Run deno task web in the source folder to build it";
    log.write("info", "DEMARRAGE", `this server has no web page, only the chat. ${how}.`);
  }
  let assets: Assets | undefined;
  return () => assets ??= decode(text, log);
}

function readBuilt(mainModule: URL): string {
  try {
    return Deno.readTextFileSync(new URL(PAGE_FILE, mainModule));
  } catch {
    // The page was not built.
    return "";
  }
}

function decode(text: string, log: Pick<Log, "write">): Assets {
  try {
    return readAssets(text);
  } catch (error) {
    log.write("error", "ERREUR", `the web page cannot be used: ${errorText(error)}`);
    return readAssets("");
  }
}
