// The Dockerfile and compose.yaml, looked at without an engine: `deno task test:docker` runs them.
import assert from "node:assert/strict";
import { run as lint } from "dockerfilelint";
import { VERSION } from "../lib/version.ts";
import { BUILD_FILES, LIB_FILES } from "../scripts/page/sources.ts";

const root = new URL("../", import.meta.url).pathname;
const dockerfile = Deno.readTextFileSync(`${root}Dockerfile`);
const compose = Deno.readTextFileSync(`${root}compose.yaml`);
const cluster = Deno.readTextFileSync(`${root}compose.cluster.yaml`);

/** The linter is older than build arguments in FROM: it is given their defaults. */
function withDefaults(text: string): string {
  const defaults = new Map(
    [...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name!, value!]),
  );
  return text.replace(/^(FROM \$\{(\w+)\})/gm, (_, _whole, name) => `FROM ${defaults.get(name)}`);
}

function problems(text: string): string[] {
  const found = lint(root, withDefaults(text)) as { line: number; title: string }[];
  return found.map(({ line, title }) => `Dockerfile:${line}: ${title}`);
}

Deno.test("dockerfilelint has nothing to say about the Dockerfile", () => {
  assert.deepEqual(problems(dockerfile), []);
});

Deno.test("dockerfilelint sees what is wrong with a Dockerfile", () => {
  assert.notDeepEqual(problems(`${dockerfile}\nRUN sudo apt-get update\nUSERR root\n`), []);
});

Deno.test("the Dockerfile and both compose files have the version of the program", () => {
  assert.match(dockerfile, new RegExp(`image\\.version="${VERSION.replaceAll(".", "\\.")}"`));
  const named = [...`${compose}${cluster}`.matchAll(/image: classcord:(\S+)/g)]
    .map(([, version]) => version);
  assert.deepEqual(named, [VERSION, VERSION, VERSION]);
});

Deno.test("the image is built with the Deno that the project uses", () => {
  assert.match(dockerfile, new RegExp(`npx -y deno@${Deno.version.deno} task build`));
});

Deno.test("compose.yaml pins its images, has no password, and publishes pages on loopback alone", () => {
  for (const [, image] of compose.matchAll(/^ +image: (\S+)$/gm)) {
    assert.match(image!, /:v?\d+\.\d+/, image);
  }
  assert.doesNotMatch(compose, /PASSWORD: "?(?!"?\$\{\w+:\?)\S/);
  const published = [...compose.matchAll(/"([^"]+):(\d+)"/g)].filter(([, from]) =>
    /PORT/.test(from!)
  );
  assert.deepEqual(published.map(([, , to]) => to), ["12345", "9091", "9090", "3000"]);
  for (const [, from, to] of published) {
    if (to !== "12345") assert.ok(from!.startsWith("127.0.0.1:"), `${from}:${to}`);
  }
});

Deno.test("compose.cluster.yaml pins its images, has no password, and publishes only the chat and, on loopback, metrics", () => {
  for (const [, image] of cluster.matchAll(/^ +image: (\S+)$/gm)) {
    assert.match(image!, /:v?\d+\.\d+/, image);
  }
  assert.doesNotMatch(cluster, /PASSWORD: "?(?!"?\$\{\w+:\?)\S/);
  const published = [...cluster.matchAll(/^ +- "(\S+):\d+:(\d+)"$/gm)]
    .map(([, from, to]) => [from, to]);
  assert.deepEqual(published.filter(([from]) => from !== "127.0.0.1"), [
    ["${CLASSCORD_BIND:-0.0.0.0}", "12345"],
    ["${CLASSCORD_BIND:-0.0.0.0}", "12345"],
    ["${CLASSCORD_BIND:-0.0.0.0}", "12345"],
  ]);
  assert.equal(published.length, 6);
});

Deno.test("the engine is sent the sources of the page and everything that its build reads", () => {
  const rules = Deno.readTextFileSync(`${root}.dockerignore`).split("\n");
  const sent = rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1));
  const { workspace }: { workspace: string[] } = JSON.parse(
    Deno.readTextFileSync(`${root}deno.json`),
  );
  const members = workspace.map((member) => member.replace(/^\.\//, ""));
  for (const path of [...members, ...LIB_FILES, ...BUILD_FILES]) {
    assert.ok(sent.some((rule) => path === rule || path.startsWith(`${rule}/`)), path);
  }
});
