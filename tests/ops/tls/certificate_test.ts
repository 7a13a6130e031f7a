// Tests of the server's certificate: reading, renewal, and self-signed certificates.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import {
  CertificateError,
  type CertificateFiles,
  expiryWarning,
  readCertificate,
} from "../../../lib/ops/tls/certificate.ts";
import { CertificateKeeper } from "../../../lib/ops/tls/certificate_keeper.ts";
import type { Log } from "../../../lib/ops/log/log.ts";
import { makeSelfSigned } from "../../../lib/ops/tls/self_signed.ts";
import { writeCertificate } from "../../support/certificate.ts";
import { FakeClock } from "../../support/clock.ts";
import { withDirectory } from "../../support/directory.ts";

const DAY = 86_400_000;

function problem(files: CertificateFiles): string {
  try {
    readCertificate(files);
  } catch (error) {
    assert.ok(error instanceof CertificateError, String(error));
    return error.message;
  }
  assert.fail("the certificate was taken");
}

Deno.test("a certificate is read with its names, its dates and its fingerprint", async () => {
  await withDirectory(async (directory) => {
    const files = await writeCertificate(directory);
    const certificate = readCertificate(files);
    assert.equal(certificate.names, "DNS:localhost, IP Address:127.0.0.1");
    assert.equal(certificate.fingerprint, new X509Certificate(files.pem).fingerprint256);
    const days = (certificate.notAfter.getTime() - Date.now()) / DAY;
    assert.ok(days > 89 && days < 90.1, `${days}`);
    assert.deepEqual(certificate.warnings, []);
  });
});

Deno.test("errors name the file that is not a certificate or key, and what was expected", async () => {
  await withDirectory(async (directory) => {
    const good = await writeCertificate(directory);
    const other = await writeCertificate(directory, { name: "other" });
    const nothing = `${directory}/nothing`;
    const text = `${directory}/text`;
    await Deno.writeTextFile(text, "certainly not\n");
    const broken = `${directory}/broken`;
    await Deno.writeTextFile(broken, good.pem.replace(/M[A-Za-z]{3}/, "!!!!"));
    for (
      const [files, pattern] of [
        [{ ...good, cert: nothing }, /nothing: cannot read: /],
        [{ ...good, key: nothing }, /nothing: cannot read: /],
        [{ ...good, cert: text }, /text: expected a certificate in PEM/],
        [{ ...good, cert: broken }, /broken: expected a certificate in PEM/],
        [{ ...good, key: text }, /text: expected a private key in PEM/],
        [{ ...good, key: good.cert }, /server\.crt: expected a private key in PEM/],
        [{ ...good, key: other.key }, /other\.key: expected the key of .*server\.crt, got the key/],
      ] as const
    ) assert.match(problem(files), pattern);
  });
});

Deno.test("a key that everyone can read gives a warning", async () => {
  await withDirectory(async (directory) => {
    const files = await writeCertificate(directory);
    await Deno.chmod(files.key, 0o644);
    assert.match(
      readCertificate(files).warnings[0]!,
      /server\.key: every user .* can read the key/,
    );
    await Deno.chmod(files.key, 0o640);
    assert.deepEqual(readCertificate(files).warnings, []);
  });
});

Deno.test("the warnings begin fourteen days before a certificate expires", () => {
  const notBefore = new Date(10 * DAY);
  const notAfter = new Date(100 * DAY);
  const at = (day: number) => expiryWarning({ notBefore, notAfter }, day * DAY);
  assert.match(at(9)!, /valid only from 1970-01-11/);
  assert.equal(at(85.9), undefined);
  assert.match(at(86.1)!, /expires on 1970-04-11.*in 13 days/);
  assert.match(at(100)!, /expired on 1970-04-11/);
});

interface Kept {
  readonly files: CertificateFiles & { readonly pem: string };
  readonly directory: string;
  readonly keeper: CertificateKeeper;
  readonly lines: string[];
  readonly clock: FakeClock;
  /** The number of new certificates since the start. */
  readonly renewals: () => number;
}

async function withKeeper(days: number, work: (kept: Kept) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const files = await writeCertificate(directory, { days });
    const lines: string[] = [];
    let told = 0;
    const log: Pick<Log, "write"> = {
      write(level, _, line) {
        const text = typeof line === "string" ? line : line.text;
        lines.push(`${level} ${text}`);
        if (text.startsWith("certificate for")) told++;
      },
    };
    const clock = new FakeClock(Date.now());
    const keeper = new CertificateKeeper({ files, log, clock });
    // The first one is the certificate at the start.
    await work({ files, directory, keeper, lines, clock, renewals: () => told - 1 });
    keeper.stop();
    lines.length = 0;
    clock.pass(DAY * 2);
    assert.deepEqual(lines, [], "it goes on after its end");
  });
}

Deno.test("new files take effect automatically once they stop changing", async () => {
  await withKeeper(90, async ({ files, directory, keeper, clock, lines, renewals }) => {
    const before = keeper.current.fingerprint;
    const next = await writeCertificate(directory, { name: "next", days: 60 });
    await Deno.rename(next.cert, files.cert);
    clock.pass(5_000);
    // The key follows a moment later. With the old key, the new certificate could not be used.
    await Deno.rename(next.key, files.key);
    clock.pass(5_000);
    assert.equal(keeper.current.fingerprint, before);
    clock.pass(5_000);
    assert.equal(keeper.current.fingerprint, new X509Certificate(next.pem).fingerprint256);
    assert.equal(renewals(), 1);
    clock.pass(60_000);
    assert.equal(renewals(), 1);
    assert.deepEqual(lines.filter((line) => line.startsWith("error")), []);
    assert.ok(lines.some((line) => line.includes(keeper.current.fingerprint)));
  });
});

Deno.test("a changed symbolic link is noticed, as after a renewal by certbot", async () => {
  await withDirectory(async (directory) => {
    const [one, two] = [
      await writeCertificate(directory, { name: "one" }),
      await writeCertificate(directory, { name: "two" }),
    ];
    const files = { cert: `${directory}/live.crt`, key: `${directory}/live.key` };
    await Deno.symlink("one.crt", files.cert);
    await Deno.symlink("one.key", files.key);
    const clock = new FakeClock(Date.now());
    const keeper = new CertificateKeeper({ files, log: { write() {} }, clock });
    assert.equal(keeper.current.cert, one.pem);
    for (const path of [files.cert, files.key]) {
      await Deno.symlink(path.endsWith("crt") ? "two.crt" : "two.key", `${path}.new`);
      await Deno.rename(`${path}.new`, path);
    }
    clock.pass(10_000);
    assert.equal(keeper.current.cert, two.pem);
    keeper.stop();
  });
});

Deno.test("unusable new files are reported once, and the previous certificate stays in use", async () => {
  await withKeeper(90, async ({ files, directory, keeper, clock, lines, renewals }) => {
    const before = keeper.current.fingerprint;
    lines.length = 0;
    await Deno.writeTextFile(files.cert, "half a certificate");
    clock.pass(60_000);
    assert.equal(lines.length, 1);
    assert.match(
      lines[0]!,
      /^error .*server\.crt: expected a certificate.*The previous certificate stays in use/,
    );
    assert.match(keeper.reload()[0]!, /server\.crt: expected a certificate/);
    await Deno.remove(files.cert);
    clock.pass(60_000);
    assert.match(lines.at(-1)!, /server\.crt: cannot read: /);
    assert.equal(keeper.current.fingerprint, before);
    assert.equal(renewals(), 0);
    const next = await writeCertificate(directory);
    clock.pass(10_000);
    assert.equal(keeper.current.cert, next.pem);
    assert.equal(renewals(), 1);
  });
});

Deno.test("a reload uses new files immediately, and reports nothing if the files have not changed", async () => {
  await withKeeper(90, async ({ directory, keeper, lines, renewals }) => {
    lines.length = 0;
    assert.deepEqual(keeper.reload(), []);
    assert.deepEqual([renewals(), lines.length], [0, 0]);
    const next = await writeCertificate(directory);
    assert.deepEqual(keeper.reload(), []);
    assert.equal(keeper.current.cert, next.pem);
    assert.equal(renewals(), 1);
  });
});

Deno.test("a warning about the expiry is logged when the certificate is read, and every day", async () => {
  await withKeeper(10, ({ lines, clock }) => {
    const warnings = () => lines.filter((line) => line.startsWith("warning")).length;
    assert.equal(warnings(), 1);
    clock.pass(DAY - 10_000);
    assert.equal(warnings(), 1);
    clock.pass(DAY);
    assert.equal(warnings(), 2);
    clock.pass(9 * DAY);
    assert.match(lines.at(-1)!, /^warning the certificate expired/);
    return Promise.resolve();
  });
  await withKeeper(20, ({ lines, clock }) => {
    clock.pass(5 * DAY);
    assert.ok(lines.every((line) => !line.startsWith("warning")));
    clock.pass(2 * DAY);
    assert.ok(lines.some((line) => line.startsWith("warning the certificate expires")));
    return Promise.resolve();
  });
});

Deno.test("a self-signed certificate has the parts that clients check", async () => {
  const hosts = ["chat.example.org", "*.example.org", "10.1.2.3", "::1", "2001:db8::ff:7"];
  for (const [from, to] of [["2026-01-02", "2027-03-04"], ["2049-12-31", "2050-01-01"]] as const) {
    const made = await makeSelfSigned({
      hosts,
      notBefore: new Date(`${from}T01:02:03Z`),
      notAfter: new Date(`${to}T04:05:06Z`),
    });
    const read = new X509Certificate(made.cert);
    assert.equal(new Date(read.validFrom).toISOString(), `${from}T01:02:03.000Z`);
    assert.equal(new Date(read.validTo).toISOString(), `${to}T04:05:06.000Z`);
    assert.equal(read.ca, false);
    assert.equal(read.subject, "CN=chat.example.org");
    assert.equal(read.issuer, read.subject);
    assert.ok(read.verify(read.publicKey), "it signs itself");
    assert.equal(read.checkHost(hosts[0]!), hosts[0]);
    for (const address of ["10.1.2.3", "::1"]) {
      assert.ok(read.checkIP(address) !== undefined, address);
    }
    assert.equal(read.checkHost("elsewhere.org"), undefined);
  }
});
