// The whole server over TLS and behind proxies: joining, logging in, limits, certificates, health.
import assert from "node:assert/strict";
import { type TestCertificate, writeCertificate } from "../support/certificate.ts";
import { Client, type Line } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";
import { CAME_OVER_TLS, headerV1, headerV2, ipv4Block } from "../support/proxy.ts";
import { type Overrides, startTestServer, type TestServer } from "../support/server.ts";

const ada = { username: "ada", password: "1234" };

interface Secured extends TestServer {
  readonly tlsPort: number;
  readonly certificate: TestCertificate;
}

async function withServer(
  overrides: Overrides,
  work: (server: Secured) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const certificate = await writeCertificate(directory);
    const { cert, key } = certificate;
    await using server = await startTestServer({
      ...overrides,
      tls: { cert, key, ...overrides.tls },
    });
    await work({ ...server, tlsPort: server.running.tls!.port, certificate });
  });
}

/** Connects like a proxy that forwards a client. */
async function proxied(port: number, header: Uint8Array): Promise<Client> {
  const client = await Client.connect(port);
  await client.send(header);
  return client;
}

Deno.test("clients over TLS and over plain TCP chat with each other", async () => {
  await withServer({}, async ({ port, tlsPort, certificate, running, log }) => {
    await using secure = await Client.tls(tlsPort, certificate.pem);
    assert.equal((await secure.ask({ type: "register", ...ada }))["status"], "ok");
    assert.equal((await secure.ask({ type: "login", ...ada }))["status"], "ok");
    await using clear = await Client.guest(port, "bob");
    await secure.find((line) => line["user"] === "bob");
    await clear.send({ type: "message", content: "Bonjour" });
    assert.equal((await secure.find((line) => line["type"] === "message"))["from"], "bob");
    await secure.send({ type: "message", content: "Salut" });
    assert.equal((await clear.find((line) => line["type"] === "message"))["from"], "ada");
    const metrics = await fetch(`http://127.0.0.1:${running.metrics.port}/metrics`);
    const text = await metrics.text();
    assert.match(text, /^classcord_tls_handshakes_total\{outcome="ok"\} 1$/m);
    const notAfter = /^classcord_tls_certificate_not_after_timestamp_seconds (\d+)$/m.exec(
      text,
    )![1]!;
    const days = (Number(notAfter) - Date.now() / 1000) / 86_400;
    assert.ok(days > 89 && days < 91, notAfter);
    assert.match(await log(), /\[TLS\] its SHA-256 fingerprint is [0-9A-F:]{95}/);
    assert.equal(running.https, false, "the metrics are for this machine only");
  });
});

Deno.test("users who are online over TLS are told of the shutdown", async () => {
  await withDirectory(async (directory) => {
    const { cert, key, pem } = await writeCertificate(directory);
    const server = await startTestServer({ tls: { cert, key } });
    await using client = await Client.tls(server.running.tls!.port, pem);
    await client.send({ type: "message", from: "bob", content: "" });
    await client.sync();
    await server[Symbol.asyncDispose]();
    const lines = await client.end();
    assert.deepEqual(lines.map((line) => line["code"]), ["shutting_down"]);
  });
});

Deno.test("a reload loads a new certificate, and an invalid one changes nothing", async () => {
  await withServer({}, async ({ tlsPort, certificate, running, log }) => {
    await using before = await Client.tls(tlsPort, certificate.pem);
    await Deno.writeTextFile(certificate.cert, "no certificate");
    const report = running.reload();
    assert.match(report.problems.join(), /server\.crt: expected a certificate.*stays/);
    await using still = await Client.tls(tlsPort, certificate.pem);
    await still.sync();
    const next = await writeCertificate(certificate.cert.replace(/\/[^/]*$/, ""));
    assert.deepEqual(running.reload().problems, []);
    await using after = await Client.tls(tlsPort, next.pem);
    await after.sync();
    await before.sync();
    await assert.rejects(Client.tls(tlsPort, certificate.pem));
    assert.match(await log(), /ERROR - \[TLS\]/);
  });
});

Deno.test("plaintext passwords are rejected with one line that names the port, and accepted over TLS", async () => {
  const tls = { require_for_login: true };
  // 127.0.0.1 is a trusted proxy here, so that a client can have another address.
  const proxy = { trusted: ["127.0.0.1"] };
  await withServer({ tls, proxy }, async ({ port, tlsPort, certificate }) => {
    const header = headerV1("192.0.2.7", 50000);
    await using secure = await Client.tls(tlsPort, certificate.pem, header);
    assert.equal((await secure.ask({ type: "register", ...ada }))["status"], "ok");
    assert.equal((await secure.ask({ type: "login", ...ada }))["status"], "ok");
    await using clear = await proxied(port, header);
    const requests: Line[] = [
      { type: "register", username: "eve", password: "1234" },
      { type: "login", ...ada },
      { type: "password", old: "1234", new: "4321" },
    ];
    for (const request of requests) {
      const answer = await clear.ask({ ...request, ref: "1" });
      assert.deepEqual([answer["type"], answer["code"]], ["error", "forbidden"]);
      assert.equal(answer["ref"], "1");
      assert.match(String(answer["message"]), new RegExp(`TLS on port ${tlsPort}\\.$`));
      assert.deepEqual(await clear.sync(), [], "nothing else came");
    }
    await clear.send({ type: "message", from: "guest", content: "" });
    assert.deepEqual(await clear.sync(), [], "guests have no password");
    await secure.find((line) => line["user"] === "guest");
    assert.equal(
      (await secure.ask({ type: "password", old: "1234", new: "4321" }))["status"],
      "ok",
    );
  });
});

Deno.test("plaintext passwords are accepted from this machine, from listed networks, and through a proxy's HTTPS", async () => {
  const tls = { require_for_login: true, clear_login_from: ["10.0.0.0/8"] };
  const proxy = { trusted: ["127.0.0.1"] };
  await withServer({ tls, proxy }, async ({ port }) => {
    const self = headerV2({ command: 0x20, family: 0 });
    await using local = await proxied(port, self);
    assert.equal((await local.ask({ type: "register", ...ada }))["status"], "ok");
    await using listed = await proxied(port, headerV1("10.20.30.40", 1));
    assert.equal((await listed.ask({ type: "login", ...ada }))["status"], "ok");
    const addresses = ipv4Block("192.0.2.7", 1);
    await using encrypted = await proxied(port, headerV2({ addresses, fields: CAME_OVER_TLS }));
    assert.equal((await encrypted.ask({ type: "login", ...ada }))["status"], "ok");
    await using other = await proxied(port, headerV2({ addresses }));
    assert.equal((await other.ask({ type: "login", ...ada }))["code"], "forbidden");
  });
});

Deno.test("a reload enables and disables the rejection of plaintext passwords", async () => {
  await withDirectory(async (directory) => {
    const { cert, key } = await writeCertificate(directory);
    const config = `${directory}/test.toml`;
    const settings = (extra: string) =>
      Deno.writeTextFile(
        config,
        `[proxy]\ntrusted = ["127.0.0.1"]\n[tls]\nport = 0\ncert = "${cert}"\nkey = "${key}"\n${extra}\n`,
      );
    await settings("require_for_login = true");
    await using server = await ServerProcess.start(`${directory}/data`, "--config", config);
    await using client = await proxied(server.port, headerV1("192.0.2.7", 1));
    assert.equal((await client.ask({ type: "register", ...ada }))["code"], "forbidden");
    await settings("");
    const base = ["--config", config, "--data-dir", `${directory}/data`];
    const reload = await runCommand(["reload", ...base]);
    assert.equal(reload.code, 0, reload.stderr);
    assert.equal((await client.ask({ type: "register", ...ada }))["status"], "ok");
  });
});

Deno.test("the log, limits, failed logins and bans use the address of the client behind the proxy", async () => {
  const proxy = { trusted: ["127.0.0.1"] };
  const limits = { connections_per_address: 2 };
  await withServer({ proxy, limits }, async ({ port, dataDir, log }) => {
    await using operator = await Client.operator(`${dataDir}/admin.sock`);
    await using first = await proxied(port, headerV1("192.0.2.7", 40001));
    await first.send({ type: "message", from: "eve", content: "" });
    await first.sync();
    assert.equal((await first.ask({ type: "login", ...ada }))["code"], "login_failed");
    await using second = await proxied(port, headerV1("192.0.2.7", 40002));
    await second.sync();
    await using third = await proxied(port, headerV1("192.0.2.7", 40003));
    assert.equal((await third.line())["code"], "too_many_connections");
    await using bystander = await proxied(port, headerV1("192.0.2.8", 40004));
    await bystander.sync();

    const ban = await operator.ask({ type: "ban", address: "192.0.2.7", reason: "flood" });
    assert.equal(ban["status"], "ok", JSON.stringify(ban));
    await first.end();
    await second.end();
    await using again = await proxied(port, headerV1("192.0.2.7", 40005));
    assert.equal((await again.line())["code"], "banned");
    await bystander.sync();

    const text = await log();
    assert.match(text, /\[CONNEXION\] 192\.0\.2\.7:40001 conn=\d+$/m);
    assert.match(text, /192\.0\.2\.7:40003 conn=\d+ refused limit=connections_per_address/);
    assert.match(text, /\[ERREUR\] Problème avec 192\.0\.2\.7 : login_failed user="ada"/);
  });
});

Deno.test("a proxy that sends no header is closed, logged and counted", async () => {
  await withServer({ proxy: { trusted: ["127.0.0.1"] } }, async ({ port, running, log }) => {
    await using bare = await Client.connect(port);
    await bare.send('{"type":"users"}\n');
    assert.deepEqual(await bare.end(), []);
    assert.match(await log(), /WARNING .* 127\.0\.0\.1:\d+ conn=1 refused limit=proxy_header/);
    const metrics = await fetch(`http://127.0.0.1:${running.metrics.port}/metrics`);
    assert.match(
      await metrics.text(),
      /^classcord_refused_connections_total\{limit="proxy_header"\} 1$/m,
    );
  });
});

Deno.test("a PROXY header from an untrusted address closes the connection, is logged, and does not count for a jail", async () => {
  await withServer({}, async ({ port, log }) => {
    await using stranger = await proxied(port, headerV1("192.0.2.7", 40001));
    assert.deepEqual(await stranger.end(), []);
    const text = await log();
    assert.match(text, /WARNING - \[DECONNEXION\] 127\.0\.0\.1:\d+ conn=1 reason=proxy_header/);
    assert.doesNotMatch(text, /192\.0\.2\.7|Problème/);
  });
});

Deno.test("metrics and health on another address than loopback use HTTPS, and healthcheck supports it", async () => {
  await withDirectory(async (directory) => {
    const made = await runCommand([
      "tls",
      "self-signed",
      "--out",
      `${directory}/tls`,
      "--days",
      "3",
    ]);
    assert.equal(made.code, 0, made.stderr);
    const { mode } = await Deno.stat(`${directory}/tls/classcord.key`);
    assert.equal(mode! & 0o777, 0o600);
    const config = `${directory}/test.toml`;
    const [, settings] = made.stdout.split("to the settings:");
    await Deno.writeTextFile(config, `${settings}port = 0\n\n[metrics]\nhost = "0.0.0.0"\n`);
    const flags = ["--config", config];
    await using server = await ServerProcess.start(`${directory}/data`, ...flags);
    assert.match(server.output, /metrics on https:\/\/0\.0\.0\.0:\d+\/metrics/);
    assert.match(server.output, /chat over TLS on 127\.0\.0\.1:\d+/);
    assert.match(server.output, /WARNING - \[TLS\] the certificate expires .*in [23] days/);
    const asked = [...flags, "--metrics-port", String(server.metricsPort)];
    const alive = await runCommand(["healthcheck", ...asked]);
    assert.deepEqual([alive.code, JSON.parse(alive.stdout)["status"]], [0, "ok"], alive.stderr);
    const ready = await runCommand(["healthcheck", "--ready", ...asked]);
    assert.equal(ready.code, 0, ready.stderr);
    assert.ok(JSON.parse(ready.stdout)["checks"]["certificate"]["ok"]);
    assert.doesNotMatch(ready.stderr, /danger|warning/i);
  });
});

Deno.test("a full server is alive but not ready", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, `[store]\nreserve_bytes = ${2 ** 40}\n`);
    await using server = await ServerProcess.start(`${directory}/data`, "--config", config);
    const asked = ["--config", config, "--metrics-port", String(server.metricsPort)];
    assert.equal((await runCommand(["healthcheck", ...asked])).code, 0);
    const ready = await runCommand(["healthcheck", "--ready", ...asked]);
    assert.equal(ready.code, 1);
    assert.match(ready.stderr, /readyz: 503 .*MiB are free for the data; 1048576 MiB are required/);
  });
});

Deno.test("a start with an unusable certificate ends with a sentence", async () => {
  await withDirectory(async (directory) => {
    const { cert, key } = await writeCertificate(directory);
    const base = ["--host", "127.0.0.1", "--port", "0", "--data-dir", `${directory}/data`];
    const missing = await runCommand([...base, "--tls-cert", `${directory}/no`, "--tls-key", key]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^tls: .*\/no: cannot read: /);
    const half = await runCommand([...base, "--tls-cert", cert]);
    assert.equal(half.code, 78);
    assert.match(half.stderr, /^tls\.key: expected a path because tls\.cert is set, got ""\.$/m);
    const nobody = `${directory}/nobody.toml`;
    await Deno.writeTextFile(nobody, "[tls]\nrequire_for_login = true\n");
    const closed = await runCommand([...base, "--config", nobody]);
    assert.equal(closed.code, 78);
    assert.match(closed.stderr, /nobody can log in/);
  });
});

Deno.test("tls self-signed replaces files only on request, and rejects an invalid host", async () => {
  await withDirectory(async (directory) => {
    const run = (...more: string[]) =>
      runCommand(["tls", "self-signed", "--out", directory, ...more]);
    assert.equal((await run("--host", "chat.example.org")).code, 0);
    const first = await Deno.readTextFile(`${directory}/classcord.key`);
    const again = await run();
    assert.equal(again.code, 1);
    assert.match(again.stderr, /classcord\.crt: file exists\. Use --force/);
    assert.equal(await Deno.readTextFile(`${directory}/classcord.key`), first);
    assert.equal((await run("--force", "--host", "127.0.0.1")).code, 0);
    assert.notEqual(await Deno.readTextFile(`${directory}/classcord.key`), first);
    for (const wrong of [["--host", "a b"], ["--days", "0"], ["--days", "x"]]) {
      assert.equal((await run("--force", ...wrong)).code, 2, wrong.join(" "));
    }
  });
});
