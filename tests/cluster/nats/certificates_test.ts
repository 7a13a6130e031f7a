// Tests of nats/certificates.sh, which makes the certificates of the NATS servers.
import assert from "node:assert/strict";
import { withDirectory } from "../../support/directory.ts";
import { findProgram } from "../../support/programs.ts";

const script = new URL("../../../nats/certificates.sh", import.meta.url).pathname;

const testWithOpenssl = (name: string, fn: () => Promise<void>) =>
  Deno.test({
    name: `${name} (needs openssl)`,
    ignore: findProgram("openssl") === undefined,
    fn,
  });

interface Made {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The files of the directory afterwards. */
  readonly files: readonly string[];
}

async function make(
  cwd: string,
  names: readonly string[],
  env: Record<string, string> = {},
): Promise<Made> {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [script, ...names],
    cwd,
    env,
  }).output();
  const files = [...Deno.readDirSync(cwd)].map(({ name }) => name).sort();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr), files };
}

testWithOpenssl("an authority is made once, and signs further certificates later", async () => {
  await withDirectory(async (cwd) => {
    const first = await make(cwd, ["salle-1", "10.0.0.2"]);
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    assert.equal(
      first.stdout,
      "made ca.pem and ca.key\nmade salle-1.pem and salle-1.key\nmade 10.0.0.2.pem and 10.0.0.2.key\n",
    );
    const authority = Deno.readTextFileSync(`${cwd}/ca.pem`);
    const later = await make(cwd, ["salle-3"]);
    assert.equal(later.stdout, "made salle-3.pem and salle-3.key\n");
    assert.equal(Deno.readTextFileSync(`${cwd}/ca.pem`), authority);
    const names = ["10.0.0.2", "ca", "salle-1", "salle-3"];
    assert.deepEqual(later.files, names.flatMap((name) => [`${name}.key`, `${name}.pem`]).sort());
    for (const name of names) {
      assert.equal(Deno.statSync(`${cwd}/${name}.key`).mode! & 0o777, 0o600);
      assert.equal(Deno.statSync(`${cwd}/${name}.pem`).mode! & 0o777, 0o644);
    }
    const { stdout } = await new Deno.Command("openssl", {
      args: ["verify", "-CAfile", "ca.pem", "salle-1.pem", "10.0.0.2.pem", "salle-3.pem"],
      cwd,
    }).output();
    assert.equal(new TextDecoder().decode(stdout).match(/: OK$/gm)?.length, 3);
  });
});

testWithOpenssl("names that cannot be in a certificate make nothing", async () => {
  await withDirectory(async (cwd) => {
    for (const name of ["", "fd00::1", "salle 1", "../salle-1", "-x", "salle-1,DNS:evil"]) {
      assert.deepEqual(await make(cwd, ["salle-1", name]), {
        code: 1,
        stdout: "",
        stderr: `certificates.sh: expected host names or IPv4 addresses, got "${name}"\n`,
        files: [],
      });
    }
  });
});

testWithOpenssl("what openssl reports is shown if it fails", async () => {
  await withDirectory(async (cwd) => {
    Deno.writeTextFileSync(`${cwd}/ca.key`, "no key");
    const lacking = await make(cwd, ["salle-1"]);
    assert.equal(lacking.code, 1);
    assert.match(lacking.stderr, /ca\.key is here, but not the ca\.pem that belongs to it/);
    Deno.writeTextFileSync(`${cwd}/ca.pem`, "no certificate");
    const damaged = await make(cwd, ["salle-1"]);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /^certificates\.sh: .*(?:ca\.pem|certificate|PEM)/is);
    assert.ok(!damaged.files.includes("salle-1.pem"));
  });
});

Deno.test("a missing openssl is named", async () => {
  await withDirectory(async (cwd) => {
    const { code, stderr } = await make(cwd, ["salle-1"], { PATH: cwd });
    assert.deepEqual([code, stderr], [
      1,
      "certificates.sh: expected the program openssl 3 or newer, found none: sudo apt install openssl\n",
    ]);
  });
});
