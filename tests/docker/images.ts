// The images that Dockerfile and the compose files name, made from Debian packages and from programs of this machine.
import { run } from "../package/machine.ts";
import { findNatsServer } from "../support/cluster/nats_program.ts";
import type { Engine } from "./engine.ts";

/** The packages common to the images, and those that replace Prometheus' and Python's images. */
const ROOTS = {
  slim: "",
  tools: "prometheus,python3-minimal,libpython3-stdlib,curl,openssl,wget",
} as const;

/** The names of the images, as in the files that use them. */
export interface ImageNames {
  readonly base: string;
  readonly build: string;
  readonly prometheus: string;
  readonly grafana: string;
  readonly python: string;
  readonly nats: string;
}

/** Finds the names in Dockerfile, compose.yaml and compose.cluster.yaml. */
export function imageNames(root: string): ImageNames {
  const dockerfile = Deno.readTextFileSync(`${root}Dockerfile`);
  const compose = Deno.readTextFileSync(`${root}compose.yaml`);
  const find = (text: string, pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`expected ${pattern} in Dockerfile or a compose file`);
    return found;
  };
  return {
    base: find(dockerfile, /^ARG BASE=(\S+)$/m),
    build: find(dockerfile, /^ARG BUILD_BASE=(\S+)$/m),
    prometheus: find(compose, /image: (prom\/prometheus:\S+)/),
    grafana: find(compose, /image: (grafana\/grafana:\S+)/),
    python: find(compose, /image: (python:\S+)/),
    nats: find(
      Deno.readTextFileSync(`${root}compose.cluster.yaml`),
      /image: (nats:\S+)/,
    ),
  };
}

/** Adds all images to an engine. */
export async function provideImages(
  engine: Engine,
  { names, cache }: { names: ImageNames; cache: string },
): Promise<void> {
  const slim = await rootArchive("slim", cache);
  const tools = await rootArchive("tools", cache);
  await engine.docker("import", slim, names.base);
  await engine.docker("import", tools, TOOLS_IMAGE);
  for (const [name, ...lines] of standIns(names)) {
    const dockerfile = [`FROM ${TOOLS_IMAGE}`, ...lines].join("\\n");
    await engine.shell(`printf '${dockerfile}\\n' | docker build --quiet --tag ${name} -`);
  }
  await provideNats(engine, names.nats);
  await provideBuildBase(engine, names);
}

const TOOLS_IMAGE = "classcord-test-tools";

/** Replacements for images that are not available: names, and lines of a Dockerfile. */
function standIns({ prometheus, grafana, python }: ImageNames): string[][] {
  return [
    [prometheus, 'ENTRYPOINT ["/usr/bin/prometheus"]', "USER 65534", "VOLUME /prometheus"],
    [python],
    // Instead of Grafana, a program that shows the files that Grafana would be given.
    [
      grafana,
      'ENTRYPOINT ["python3", "-m", "http.server", "--directory", "/etc/grafana", "3000"]',
      "USER 472",
      "STOPSIGNAL SIGINT",
      "VOLUME /var/lib/grafana",
    ],
  ];
}

/** The NATS server of Debian 13 instead of the public image. */
async function provideNats(engine: Engine, name: string): Promise<void> {
  const program = await findNatsServer();
  if (program === undefined) throw new Error("expected a nats-server, got none");
  const lines = [
    `FROM ${TOOLS_IMAGE}`,
    "COPY nats-server /usr/local/bin/",
    'ENTRYPOINT ["nats-server"]',
  ];
  const script = `cp "$2" "$1/nats-server"; printf '${lines.join("\\n")}\\n' >"$1/Dockerfile"
    docker build --quiet --tag ${name} "$1"`;
  const directory = await Deno.makeTempDir({ prefix: "classcord-docker-" });
  try {
    await engine.shell(script, directory, program);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Returns the root of a Debian as an archive, which is made once and kept. */
async function rootArchive(kind: keyof typeof ROOTS, cache: string): Promise<string> {
  const path = `${cache}/docker-${kind}-2.tar`;
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  await run("mkdir", "-p", cache);
  const include = ROOTS[kind] === "" ? [] : [`--include=${ROOTS[kind]}`];
  // In Prometheus' own image, its data belongs to nobody.
  const volumes = `--customize-hook=for d in prometheus:65534 var/lib/grafana:472; do
    mkdir -p "$1/\${d%:*}"; chown "\${d#*:}" "$1/\${d%:*}"; done`;
  await run(
    "mmdebstrap",
    ...["--variant=minbase", ...include, volumes, "--dpkgopt=path-exclude=/usr/share/doc/*"],
    ...["bookworm", `${path}.new.tar`],
  );
  await run("mv", `${path}.new.tar`, path);
  return path;
}

/**
 * Node.js with npm. Its caches contain what `npx deno` and `deno task build` would download, because the engine
 * cannot reach npm.
 */
async function provideBuildBase(engine: Engine, { base, build }: ImageNames): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "classcord-docker-" });
  const script = `mkdir -p root/usr/local/bin root/usr/local/lib/node_modules root/root/.cache
    cp "$(readlink -f "$(command -v node)")" root/usr/local/bin/node
    cp -a "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" root/usr/local/lib/node_modules/npm
    for name in npm npx; do
      ln -s "../lib/node_modules/npm/bin/$name-cli.js" "root/usr/local/bin/$name"
    done
    npm_config_cache="$PWD/root/root/.npm" npx -y deno@${Deno.version.deno} --version
    echo offline=true >root/root/.npmrc
    cp -a "$1" root/root/.cache/deno
    printf 'FROM ${base}\\nCOPY root/ /\\n' >Dockerfile`;
  try {
    const { denoDir } = JSON.parse(await run(Deno.execPath(), "info", "--json"));
    await run("sh", "-ec", `cd "$0"; ${script}`, directory, denoDir);
    await engine.docker("build", "--quiet", "--tag", build, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
