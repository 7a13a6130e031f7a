// The rules of the house that a program can check: who may import whom, and what every file has.
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);

/** What each folder of lib may import, besides itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  school: ["protocol"],
  store: ["protocol", "school", "version"],
  auth: ["protocol", "school", "store", "version"],
  ldap: ["protocol", "store", "auth"],
  net: ["protocol"],
  edge: ["protocol", "net"],
  chat: ["protocol", "school", "store", "auth", "net", "edge"],
  cluster: ["protocol", "store", "net", "edge", "chat", "version"],
  version: [],
  ops: ["protocol", "store", "auth", "net", "chat", "version"],
  check_client: ["protocol", "net", "chat", "ops"],
  http: ["protocol", "net", "ops"],
  web: ["protocol", "net", "http"],
  server: [
    "ldap",
    "protocol",
    "school",
    "store",
    "auth",
    "net",
    "edge",
    "chat",
    "ops",
    "http",
    "web",
    "version",
  ],
  cli: [
    "ldap",
    "protocol",
    "school",
    "store",
    "auth",
    "net",
    "chat",
    "ops",
    "check_client",
    "http",
    "server",
    "version",
  ],
};

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (/\.tsx?$/.test(path)) yield path;
  }
}

async function* everything(
  ...folders: string[]
): AsyncGenerator<{ path: string; text: string }> {
  for (
    const folder of folders.length > 0 ? folders : ["lib/", "tests/", "scripts/", "bench/", "web/"]
  ) {
    for await (const path of sources(folder)) {
      yield { path, text: await Deno.readTextFile(new URL(path, root)) };
    }
  }
}

// These two files lie beside the folders and below all of them.
function folderOf(path: string): string {
  if (path === "lib/version.ts" || path === "lib/worker_names.ts") return "version";
  return /^lib\/(?:([^/]+)\/)?/.exec(path)?.[1] ?? "";
}

/** Which files of lib each file of lib imports. */
async function imports(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { path, text } of everything("lib/")) {
    const specifiers = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"\n]+)"/g);
    const targets = specifiers.map(([, specifier]) =>
      new URL(specifier!, new URL(path, root)).href.slice(root.href.length)
    );
    found.set(path, [...targets]);
  }
  return found;
}

/** A way through a graph from a node back to itself. */
function findCircle<T>(graph: ReadonlyMap<T, Iterable<T>>): T[] | undefined {
  const done = new Set<T>();
  const way: T[] = [];
  function visit(node: T): T[] | undefined {
    if (done.has(node)) return undefined;
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    way.push(node);
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next);
      if (circle !== undefined) return circle;
    }
    way.pop();
    done.add(node);
    return undefined;
  }
  for (const node of graph.keys()) {
    const circle = visit(node);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

Deno.test("folders of lib import only those below them", async () => {
  for (const [path, targets] of await imports()) {
    for (const target of targets) {
      const [from, to] = [folderOf(path), folderOf(target)];
      assert.ok(target.startsWith("lib/"), `${path} imports ${target}`);
      assert.ok(from === to || MAY_IMPORT[from]?.includes(to), `${path} imports ${target}`);
    }
  }
});

Deno.test("files of lib import each other in no circle", async () => {
  assert.deepEqual(findCircle(await imports()), undefined);
});

Deno.test("rooms beside each other in a folder import each other in no circle", async () => {
  const rooms = new Map<string, Set<string>>();
  for (const [path, targets] of await imports()) {
    const [, folder, room] = /^lib\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
    if (room === undefined) continue;
    const from = `${folder}/${room}`;
    const to = targets.flatMap((target) => /^lib\/([^/]+\/[^/]+)\//.exec(target)?.[1] ?? []);
    const others = to.filter((other) => other !== from && other.startsWith(`${folder}/`));
    rooms.set(from, new Set([...rooms.get(from) ?? [], ...others]));
  }
  assert.deepEqual(findCircle(rooms), undefined);
});

const FILES_MAX = 22;
const LINES_MAX = 250;
const LINES_MEDIAN = 100;

Deno.test(`no folder of lib has more than ${FILES_MAX} files, no file more than ${LINES_MAX} lines`, async () => {
  const files = new Map<string, number>();
  const lengths: number[] = [];
  for await (const { path, text } of everything("lib/")) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    files.set(folder, (files.get(folder) ?? 0) + 1);
    const lines = text.split("\n").length - 1;
    assert.ok(lines <= LINES_MAX, `${path}: ${lines} lines`);
    lengths.push(lines);
  }
  const median = lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)]!;
  assert.ok(median <= LINES_MEDIAN, `half of the files have ${median} lines or more`);
  for (const [folder, count] of files) assert.ok(count <= FILES_MAX, `${folder}: ${count} files`);
});

Deno.test(`no file of the page has more than ${LINES_MAX} lines, and each exported symbol a doc comment`, async () => {
  for await (const { path, text } of everything("web/")) {
    const lines = text.split("\n").length - 1;
    assert.ok(lines <= LINES_MAX, `${path}: ${lines} lines`);
    for (const { index, 1: name } of text.matchAll(/^export (?:async )?function\*? (\w+)/gm)) {
      assert.ok(text.slice(0, index).endsWith("*/\n"), `${path}: ${name}`);
    }
  }
});

Deno.test("no part of the page writes HTML, evaluates text or sets a style attribute", async () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function|\bstyle=/;
  for await (const { path, text } of everything("web/")) assert.doesNotMatch(text, forbidden, path);
});

Deno.test("unit tests lie in the folders of what they test", async () => {
  const rooms = new Set<string>();
  for await (const path of sources("lib/")) rooms.add(path.slice(0, path.lastIndexOf("/")));
  // tests/web has the tests of the page, too.
  for await (const path of sources("web/")) {
    rooms.add(`lib/${path.slice(0, path.lastIndexOf("/"))}`);
  }
  for (const folder of Object.keys(MAY_IMPORT).filter((name) => name !== "version")) {
    for await (const path of sources(`tests/${folder}/`)) {
      const room = path.slice(0, path.lastIndexOf("/")).replace("tests/", "lib/");
      assert.ok(rooms.has(room), `${path}: there is no ${room}`);
    }
  }
});

Deno.test("the protocol and class lists are pure: no input, no output, no clock", async () => {
  for await (const { path, text } of everything("lib/protocol/", "lib/school/")) {
    // The examples in doc comments assert.
    const code = text.replace(/^ \*.*$/gm, "");
    assert.doesNotMatch(
      code,
      /\bDeno\.|\bfetch\(|Date\.now|new Date\(\)|performance\.|Math\.random|"node:/,
      path,
    );
  }
});

Deno.test("every file says in its first line what it is for", async () => {
  for await (const { path, text } of everything()) assert.match(text, /^\/\/ \S.{10,}/, path);
});

Deno.test("every exported symbol has a doc comment", async () => {
  for await (const { path, text } of everything("lib/", "scripts/")) {
    for (const { index, 1: name } of text.matchAll(/^export (?:async )?\w+\*? (\w+)/gm)) {
      assert.ok(text.slice(0, index).endsWith("*/\n"), `${path}: ${name}`);
    }
  }
});

Deno.test("no part is used before it exists", async () => {
  for await (const { path, text } of everything("lib/")) {
    assert.doesNotMatch(text, /\b(let|var) \w+!:/, path);
  }
});

Deno.test("no file of lib imports what each start would load without need", async () => {
  // Types, and `await import(…)` where it is needed, load nothing at the start.
  const slow = /^import (?!type ).*"(?:prom-client|node:(?:zlib|https?|cluster))";$/m;
  assert.match('import { Registry } from "prom-client";', slow);
  for await (const path of sources("lib/")) {
    assert.doesNotMatch(await Deno.readTextFile(new URL(path, root)), slow, path);
  }
});

Deno.test("a server without a cluster loads nothing of it", async () => {
  const loads =
    /^(?:import|export) (?!type )[^;]*from "(?:[^"]*\/cluster\/[^"]*|@nats-io\/[^"]*)";$/m;
  assert.match('import {\n  NatsLog,\n} from "../cluster/nats_log.ts";', loads);
  assert.doesNotMatch('import type { Log } from "../cluster/batch.ts";', loads);
  for await (const path of sources("lib/")) {
    if (path.startsWith("lib/cluster/")) continue;
    assert.doesNotMatch(await Deno.readTextFile(new URL(path, root)), loads, path);
  }
});

Deno.test("no state lives at module level", async () => {
  for await (const { path, text } of everything("lib/")) {
    assert.doesNotMatch(text, /^(export )?(let|var) /m, path);
    assert.doesNotMatch(text, /^(export )?const \w+ = (new (Map|Set)\(\)|\[\]|\{\});?$/m, path);
  }
});

Deno.test("no file of tests has more than 350 lines", async () => {
  for await (const { path, text } of everything("tests/")) {
    const lines = text.split("\n").length - 1;
    assert.ok(lines <= 350, `${path}: ${lines} lines`);
  }
});

/** What a rule finds in a source, as lines of it. */
function linesFound(
  text: string,
  rule: (report: (node: Deno.lint.Node) => void) => object,
): string[] {
  const create = (context: Deno.lint.RuleContext) =>
    rule((node) => context.report({ node, message: text.slice(...node.range).split("\n")[0]! }));
  const rules = { found: { create } };
  return Deno.lint.runPlugin({ name: "house", rules }, "source.ts", text).map(({ message }) =>
    message
  );
}

Deno.test("functions of lib and of tests have at most three parameters", async () => {
  const look = (text: string) =>
    linesFound(text, (report) => {
      type Callable = Deno.lint.FunctionDeclaration | Deno.lint.FunctionExpression;
      // The function that is called with a callback decides what the callback gets.
      const check = (node: Callable) => {
        if (node.params.length > 3 && node.parent.type !== "CallExpression") report(node);
      };
      return {
        FunctionDeclaration: check,
        FunctionExpression: check,
        ArrowFunctionExpression: check,
        TSDeclareFunction: check,
        TSEmptyBodyFunctionExpression: check,
        TSMethodSignature: check,
        TSFunctionType: check,
      };
    });
  assert.equal(look("function four(a: 1, b: 2, c: 3, d: 4) {}").length, 1);
  assert.equal(look("interface I { four(a: 1, b: 2, c: 3, d: 4): void }").length, 1);
  assert.equal(look("class C { four(a = 1, b = 2, c = 3, { d }: D) {} }").length, 1);
  assert.deepEqual(look('text.replace(/x/, (a, b, c, d) => "")'), []);
  for await (const { path, text } of everything("lib/", "tests/")) {
    assert.deepEqual(look(text), [], path);
  }
});

// `fc.assert` alone runs a property whose body may look at nothing.
const ASSERTS = /(?<!\bfc\.)\bassert(\.\w+)?\(/;

/** Names of functions and classes of the tests that check something, or call one that does. */
async function assertingNames(): Promise<Set<string>> {
  const bodies = new Map<string, string[]>();
  for await (const { text } of everything("tests/")) {
    linesFound(text, () => {
      const add = (name: Deno.lint.Node | null, body: Deno.lint.Node) => {
        if (name?.type !== "Identifier") return;
        bodies.set(name.name, [...bodies.get(name.name) ?? [], text.slice(...body.range)]);
      };
      return {
        FunctionDeclaration: (node: Deno.lint.FunctionDeclaration) => add(node.id, node),
        ClassDeclaration: (node: Deno.lint.ClassDeclaration) => add(node.id, node),
        VariableDeclarator: (node: Deno.lint.VariableDeclarator) => {
          if (node.init?.type === "ArrowFunctionExpression") add(node.id, node.init);
        },
      };
    });
  }
  const names = new Set<string>();
  for (let before = -1; before < names.size;) {
    before = names.size;
    for (const [name, texts] of bodies) {
      if (texts.some((text) => checks(text, names))) names.add(name);
    }
  }
  return names;
}

function checks(text: string, names: ReadonlySet<string>): boolean {
  if (ASSERTS.test(text)) return true;
  return text.matchAll(/(?<!\.)\b(\w+)(?:<.*?>)?\(/g).some(([, name]) => names.has(name!));
}

Deno.test("every test checks something", async () => {
  const names = await assertingNames();
  const idle = (text: string) =>
    linesFound(text, (report) => ({
      CallExpression(node: Deno.lint.CallExpression) {
        const callee = text.slice(...node.callee.range);
        if (callee !== "Deno.test" && callee !== "testWith") return;
        const test = text.slice(...node.range);
        // What only hands a function on is no test.
        if (test.includes("=>") && !checks(test, names)) report(node);
      },
    }));
  assert.equal(idle('Deno.test("x", () => { work(); });').length, 1);
  assert.equal(
    idle('Deno.test("x", () => fc.assert(fc.property(y, () => { work(); })));').length,
    1,
  );
  assert.deepEqual(idle('Deno.test("x", () => assert.equal(work(), 1));'), []);
  for await (const { path, text } of everything("tests/")) assert.deepEqual(idle(text), [], path);
});
