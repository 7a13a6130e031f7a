// `deno task test:package [SUITE…]`: builds the Debian package, installs it on booted systems and uses it as
// people do: on Debian 12 and Ubuntu 24.04, or on the given suites. With --if-possible it prints why it cannot
// run, and succeeds.
import { VERSION } from "../../lib/version.ts";
import { proveExecutable } from "./executable.ts";
import { CHAPTERS, proveGuide } from "./guide.ts";
import { proveLesson } from "./lesson.ts";
import { Machine, run, type Suite, SUITES } from "./machine.ts";
import { previousPackage } from "./previous.ts";
import { provePackage } from "./package.ts";
import { step } from "./step.ts";

const root = new URL("../../", import.meta.url).pathname;
const cache = `${
  Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`
}/classcord-test`;
const DEFAULT_SUITES: readonly Suite[] = ["bookworm", "noble"];
const TOOLS =
  "systemd-container mmdebstrap lintian iproute2 wget util-linux ca-certificates chromium";

const possible = Deno.args.includes("--if-possible");
const named = Deno.args.filter((arg) => !arg.startsWith("--"));
const unknown = named.find((name) => !Object.hasOwn(SUITES, name));
if (unknown !== undefined) {
  console.error(`Expected suites of ${Object.keys(SUITES).join(", ")}, got ${unknown}.`);
  Deno.exit(2);
}
const suites = named.length > 0 ? named as Suite[] : DEFAULT_SUITES;

// Machines and their networks have fixed names, so only one run is possible at a time.
Deno.mkdirSync(cache, { recursive: true });
using lock = Deno.openSync(`${cache}/lock`, { write: true, create: true });
await lock.lock(true);

const reason = await whyNot();
if (reason !== undefined) {
  console.log(`test:package left out: ${reason}`);
  Deno.exit(possible ? 0 : 1);
}
const arch = (await run("dpkg", "--print-architecture")).trim();
const path = `${root}dist/classcord_${VERSION}_${arch}.deb`;
await step("task deb", () => run(Deno.execPath(), "task", "deb"));
await step(
  "lintian",
  () => run("lintian", "--allow-root", "--fail-on", "error,warning", path),
);
await step("the executable runs by itself", () => proveExecutable(`${root}dist/classcord`));
const previous = await step("the package before", () => previousPackage(root, cache));
console.log(`     upgrades are tested from ${previous.version}, made of ${previous.origin}`);
for (const suite of suites) {
  await using machine = await Machine.boot(suite, cache);
  await provePackage(machine, {
    name: SUITES[suite],
    previous,
    firewallPage: Deno.readTextFileSync(`${root}docs/FIREWALL.md`),
    current: { version: VERSION, path },
  });
}
// The guide shows the output of Debian 12.
const chapters = suites.includes("bookworm") ? CHAPTERS : [];
for (const chapter of chapters) {
  await using machine = await Machine.boot("bookworm", cache);
  const options = { root, chapter, deb: path, print: Deno.args.includes("--print") };
  if (chapter === "lesson") await proveLesson(machine, options);
  else await proveGuide(machine, options);
}

/** Returns why this machine cannot run the tests, if so. Installs missing packages. */
async function whyNot(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "it needs root";
  const apt = "apt-get -o DPkg::Lock::Timeout=500";
  const script =
    `command -v systemd-nspawn mmdebstrap lintian ip wget unshare setpriv chromium >/dev/null ||
    { ${apt} update -q && ${apt} install -qy --no-install-recommends ${TOOLS}; }
    test -e /usr/share/keyrings/debian-archive-keyring.gpg ||
    ${apt} install -qy --no-install-recommends debian-archive-keyring`;
  try {
    await run("sh", "-ec", script);
    for (const suite of suites) await (await Machine.boot(suite, cache))[Symbol.asyncDispose]();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}
