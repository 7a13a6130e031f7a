// `deno task test:docker`: builds the image with a separate engine, runs it and the compose files, and uses them as
// people do. With --if-possible it prints why it cannot run, and succeeds.
import { run } from "../package/machine.ts";
import { step } from "../package/step.ts";
import { proveCluster } from "./cluster.ts";
import { proveCompose } from "./compose.ts";
import { Engine } from "./engine.ts";
import { proveImage } from "./image.ts";
import { imageNames, provideImages } from "./images.ts";

const root = new URL("../../", import.meta.url).pathname;
const cache = `${
  Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`
}/classcord-test`;
const TOOLS = "docker.io docker-compose iptables mmdebstrap iproute2 util-linux curl";

// The engine and its network have fixed names, so only one run is possible at a time.
Deno.mkdirSync(cache, { recursive: true });
using lock = Deno.openSync(`${cache}/docker.lock`, { write: true, create: true });
await lock.lock(true);

const reason = await whyNot();
if (reason !== undefined) {
  console.log(`test:docker left out: ${reason}`);
  Deno.exit(Deno.args.includes("--if-possible") ? 0 : 1);
}
await using engine = await step("an engine", () => Engine.start(`${cache}/docker`));
const names = imageNames(root);
await step("images from Debian packages", () => provideImages(engine, { names, cache }));
await proveImage(engine, root);
await proveCompose(engine, root);
await proveCluster(engine, root);

/** Returns why this machine cannot run the tests, if so. Installs missing packages. */
async function whyNot(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "it needs root";
  const apt = "apt-get -o DPkg::Lock::Timeout=500";
  const script =
    `command -v dockerd docker-compose iptables mmdebstrap ip unshare curl >/dev/null ||
    { ${apt} update -q && ${apt} install -qy --no-install-recommends ${TOOLS}; }
    npx -y deno@${Deno.version.deno} --version`;
  try {
    await run("sh", "-ec", script);
    await (await Engine.start(`${cache}/docker`))[Symbol.asyncDispose]();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}
