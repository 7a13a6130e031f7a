// Connecting to NATS: addresses, versions, TLS and credentials.
import assert from "node:assert/strict";
import { checkVersion, connectNats } from "../../../lib/cluster/nats/connection.ts";
import { NatsUnusable } from "../../../lib/cluster/nats/errors.ts";
import { readServer } from "../../../lib/cluster/nats/servers.ts";
import { streamNames } from "../../../lib/cluster/nats/stream.ts";
import { writeCertificate } from "../../support/certificate.ts";
import { testWithNats, withNats } from "../../support/cluster/nats_server.ts";
import { withDirectory } from "../../support/directory.ts";

Deno.test("addresses of servers are read with and without port and scheme", () => {
  const cases: [string, string, string, boolean][] = [
    ["nats-1.school.example", "nats-1.school.example", "4222", false],
    ["nats://10.0.0.7:4333", "10.0.0.7", "4333", false],
    ["tls://nats-1:4222", "nats-1", "4222", false],
    ["localhost", "localhost", "4222", true],
    ["127.0.0.2:1", "127.0.0.2", "1", true],
    ["[::1]:65535", "::1", "65535", true],
    ["[2001:db8::1]", "2001:db8::1", "4222", false],
    ["127.example.org", "127.example.org", "4222", false],
  ];
  for (const [text, host, port, isLoopback] of cases) {
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    assert.deepEqual(readServer(text), { address, host, isLoopback });
  }
  for (const text of ["", "a b", "a:0", "a:65536", "http://a", "user:pw@a", "a/b", "::1"]) {
    assert.throws(() => readServer(text), NatsUnusable, text);
  }
});

Deno.test("versions that can lose a stream are refused unless they are allowed", () => {
  for (const version of ["2.10.23", "2.10.27", "2.11.0", "3.0.0", "2.12.1-beta"]) {
    checkVersion(version, false);
  }
  for (const version of ["2.10.22", "2.9.99", "1.99.99"]) {
    assert.throws(() => checkVersion(version, false), /expected 2\.10\.23 or newer/);
    checkVersion(version, true);
  }
  for (const version of ["", "two"]) {
    assert.throws(() => checkVersion(version, true), NatsUnusable);
  }
});

Deno.test("names of clusters are valid parts of a subject", () => {
  assert.deepEqual(streamNames("school-1"), {
    stream: "classcord-school-1",
    subject: "classcord.school-1.log",
  });
  for (const name of ["", "a.b", "a b", "*", ">", "x".repeat(33)]) {
    assert.throws(() => streamNames(name), /cluster\.name/);
  }
});

testWithNats(
  "a server with TLS is used if its certificate is trusted, and refused otherwise",
  async () => {
    await withDirectory(async (directory) => {
      const { cert, key } = await writeCertificate(directory);
      await withNats(async ({ address }) => {
        const connection = await connectNats({ servers: [address], name: "test", ca: cert });
        assert.equal(connection.info?.tls_required, true);
        await connection.close();
        const { cert: other } = await writeCertificate(directory, { name: "other" });
        await assert.rejects(
          connectNats({ servers: [address], name: "test", ca: other }),
          /Cannot connect to NATS at 127\.0\.0\.1/,
        );
      }, ["--tls", "--tlscert", cert, "--tlskey", key]);
    });
  },
);

testWithNats("without a server, the error names the addresses", async () => {
  await withNats(async (server) => {
    await server.kill();
    const connecting = connectNats({ servers: [server.address], name: "test" });
    await assert.rejects(connecting, new RegExp(`Cannot connect to NATS at ${server.address}`));
  });
});
