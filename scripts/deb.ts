// `deno task deb`: makes dist/classcord_VERSION_ARCH.deb from dist/program, and builds dist/program first unless
// --keep-build is given. Requires dpkg-deb, gzip, and fakeroot or root.
import { parseArgs } from "node:util";
import { VERSION } from "../lib/version.ts";
import { TARGETS } from "./program.ts";
import { stage } from "./stage.ts";

const root = new URL("../", import.meta.url).pathname;
const { values } = parseArgs({
  args: Deno.args,
  options: {
    target: { type: "string", default: Deno.build.target },
    version: { type: "string", default: VERSION },
    "keep-build": { type: "boolean", default: false },
  },
});
const arch = TARGETS[values.target];
if (arch === undefined) {
  console.error(`--target: expected ${Object.keys(TARGETS).join(" or ")}, got ${values.target}.`);
  Deno.exit(2);
}
if (!values["keep-build"]) await run(Deno.execPath(), ["task", "build", "--target", values.target]);

const tree = Deno.makeTempDirSync({ prefix: "classcord-deb-" });
try {
  Deno.chmodSync(tree, 0o755);
  stage(tree);
  const manuals = ["usr/share/man/man1/classcord.1", "usr/share/man/man5/classcord.toml.5"];
  const changelog = "usr/share/doc/classcord/changelog";
  write(changelog, changelogText());
  for (const path of [...manuals, changelog]) await run("gzip", ["-9n", `${tree}/${path}`]);
  write("usr/share/doc/classcord/copyright", copyrightText());
  write("usr/share/lintian/overrides/classcord", read("packaging/debian/lintian-overrides"));
  const size = (await output("du", ["-sk", "--apparent-size", tree])).split("\t")[0]!;
  const control = read("packaging/debian/control")
    .replace("@VERSION@", values.version).replace("@ARCH@", arch).replace("@SIZE@", size);
  write("DEBIAN/control", control);
  write("DEBIAN/conffiles", read("packaging/debian/conffiles"));
  for (const script of ["postinst", "prerm", "postrm"]) {
    write(`DEBIAN/${script}`, read(`packaging/debian/${script}`), 0o755);
  }
  write("DEBIAN/md5sums", await checksums());
  const deb = `${root}dist/classcord_${values.version}_${arch}.deb`;
  // -z6 would save a tenth of the size but take five times as long.
  await run("dpkg-deb", ["--root-owner-group", "-Zxz", "-z1", "--build", tree, deb]);
} finally {
  Deno.removeSync(tree, { recursive: true });
}

function read(path: string): string {
  return Deno.readTextFileSync(`${root}${path}`);
}

function write(path: string, text: string, mode = 0o644): void {
  const full = `${tree}/${path}`;
  Deno.mkdirSync(full.replace(/\/[^/]*$/, ""), { recursive: true, mode: 0o755 });
  Deno.writeTextFileSync(full, text, { mode });
}

function changelogText(): string {
  const date = new Date().toUTCString().replace("GMT", "+0000");
  return `classcord (${values.version}) unstable; urgency=medium\n\n` +
    "  * What changed is in CHANGELOG.md of the source.\n\n" +
    ` -- The ClassCord developers <classcord@localhost>  ${date}\n`;
}

function copyrightText(): string {
  const licence = read("LICENSE").split("\n").map((line) => ` ${line === "" ? "." : line}`).join(
    "\n",
  );
  return "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n" +
    "Upstream-Name: ClassCord\n\nFiles: *\nCopyright: the ClassCord developers\n" +
    `License: Expat\n${licence.trimEnd()}\n\nFiles: usr/lib/classcord/*\n` +
    "Copyright: the ClassCord developers, and those of Deno, V8, SQLite and the packages that " +
    "docs/ARCHITECTURE.md lists\nLicense: Expat\n";
}

async function checksums(): Promise<string> {
  const files = await output("sh", [
    "-c",
    'cd "$0" && find . -type f ! -path "./DEBIAN/*" -printf "%P\\0" | sort -z | xargs -0 md5sum',
    tree,
  ]);
  return files;
}

async function run(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, cwd: root }).spawn().status;
  if (!success) Deno.exit(1);
}

async function output(command: string, args: string[]): Promise<string> {
  const done = await new Deno.Command(command, { args }).output();
  if (!done.success) throw new Error(new TextDecoder().decode(done.stderr));
  return new TextDecoder().decode(done.stdout);
}
