// NATS servers with TLS and passwords, with the configuration that the package has for administrators.
import assert from "node:assert/strict";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { NatsUnusable } from "../../../lib/cluster/nats/errors.ts";
import { JetStream } from "../../../lib/cluster/nats/jetstream.ts";
import { NatsLog, type NatsLogOptions } from "../../../lib/cluster/nats/nats_log.ts";
import { natsOptions } from "../../../lib/server/cluster/nats_options.ts";
import { defaultConfig } from "../../../lib/ops/config/schema.ts";
import { EMPTY } from "../../support/cluster/node_process.ts";
import { hasNats, testWithNats, withNats } from "../../support/cluster/nats_server.ts";
import {
  makeCertificates,
  testWithShippedNats,
  writeCredentials,
} from "../../support/cluster/shipped_nats.ts";
import { withDirectory } from "../../support/directory.ts";
import { testWith } from "../../support/programs.ts";

interface Settings {
  readonly servers: readonly string[];
  readonly credentials?: string;
  readonly ca?: string;
}

/** Connects as a node with these settings does. */
async function connect(cluster: Settings) {
  const defaults = defaultConfig();
  const config = { ...defaults, cluster: { ...defaults.cluster, ...cluster } };
  return await connectNats(natsOptions(config, "test"));
}

/** Opens a log once enough servers know of each other to keep it. Each attempt waits for their answer. */
async function opened(connection: NatsConnection, options: NatsLogOptions): Promise<NatsLog> {
  for (;;) {
    const troubles: unknown[] = [];
    const troubled = (error: unknown) => troubles.push(error);
    const log = await NatsLog.open(connection, { ...options, troubled });
    if (troubles.length === 0) return log;
    await log.close();
  }
}

testWithShippedNats(
  "the shipped configuration makes three NATS servers that keep the log of a node as its settings say",
  async ({ addresses, ca, credentials, directory }) => {
    const connection = await connect({ servers: addresses, ca, credentials });
    assert.equal(connection.info?.tls_required, true);
    // The settings were others before.
    await (await NatsLog.open(connection, { cluster: "test", replicas: 1, days: 1 })).close();
    const log = await opened(connection, { cluster: "test", replicas: 3, days: 2 });
    const { config } = await new JetStream(connection).info("classcord-test");
    assert.deepEqual([config.num_replicas, config.max_age], [3, 2 * 86_400e9]);
    const first = { ...EMPTY, run: "a", turn: 1, lead: { node: "a", run: "a" } };
    assert.equal(await log.append({ ...first, changeset: new Uint8Array() }), 1);
    await log.close();
    await connection.close();

    const [address] = addresses;
    const refused = (settings: Omit<Settings, "servers">, reason: RegExp) =>
      assert.rejects(connect({ servers: [address!], ...settings }), reason);
    const wrong = `${directory}/wrong.toml`;
    writeCredentials(wrong, "a wrong password");
    await refused({ ca, credentials: wrong }, /Authorization Violation.*cluster\.credentials/);
    await refused({ ca }, /Authorization Violation.*cluster\.credentials/);
    // Only the authority of the cluster counts.
    const other = `${directory}/other`;
    Deno.mkdirSync(other);
    await makeCertificates(other, ["localhost"]);
    await refused({ ca: `${other}/ca.pem`, credentials }, /certificate.*cluster\.ca/);
    await refused({ credentials }, /certificate.*cluster\.ca/);
  },
);

testWith(
  { programs: ["openssl"], also: { "nats-server": hasNats } },
  "the certificate of a server is checked for the name or the address in the settings",
  async () => {
    await withDirectory(async (directory) => {
      await makeCertificates(directory, ["127.0.0.1", "localhost", "nats-1.example.org"]);
      const reached: string[] = [];
      for (const name of ["127.0.0.1", "localhost", "nats-1.example.org"]) {
        const args = ["--tls", `--tlscert=${name}.pem`, `--tlskey=${name}.key`];
        await withNats(async ({ port }) => {
          for (const host of ["127.0.0.1", "localhost"]) {
            try {
              const connection = await connect({
                servers: [`${host}:${port}`],
                ca: `${directory}/ca.pem`,
              });
              await connection.close();
              reached.push(`${host} with the certificate of ${name}`);
            } catch (error) {
              assert.match(String(error), /does not match certificate/);
            }
          }
        }, args.map((arg) => arg.replace("=", `=${directory}/`)));
      }
      assert.deepEqual(reached, [
        "127.0.0.1 with the certificate of 127.0.0.1",
        "localhost with the certificate of localhost",
      ]);
    });
  },
);

const address = Deno.networkInterfaces().find(({ family, address }) =>
  family === "IPv4" && !address.startsWith("127.")
)?.address;

testWith(
  { programs: [], also: { "nats-server": hasNats, "a network": address !== undefined } },
  "a server that is not on this machine's loopback is used with TLS only",
  async () => {
    await withNats(async ({ port }) => {
      await assert.rejects(connect({ servers: [`${address}:${port}`] }), /does not support 'tls'/);
    }, ["-a", address!]);
  },
);

testWithNats(
  "a changed password is used at the next connection, and a refusal is no reason to give up",
  async () => {
    await withDirectory(async (directory) => {
      const [config, credentials] = [`${directory}/nats.conf`, `${directory}/credentials`];
      const setPassword = (password: string) => {
        const user = `{ user: "classcord", password: "${password}" }`;
        Deno.writeTextFileSync(config, `authorization { users: [${user}] }`);
      };
      setPassword("old");
      writeCredentials(credentials, "old");
      await withNats(async (server) => {
        const connection = await connect({ servers: [server.address], credentials });
        const told = connection.status()[Symbol.asyncIterator]();
        const until = async (type: string) => {
          for (;;) {
            const { value, done } = await told.next();
            assert.ok(!done, `the connection was closed before: ${type}`);
            if (value.type === type) return;
          }
        };
        setPassword("new");
        server.signal("SIGHUP");
        // It is refused more than twice.
        for (let i = 0; i < 3; i++) await until("error");
        writeCredentials(credentials, "new");
        await until("reconnect");
        await connection.close();
      }, ["-c", config]);
    });
  },
);

testWithNats("servers that break connections off cause no error that nobody handles", async () => {
  await withDirectory(async (directory) => {
    const credentials = `${directory}/credentials`;
    writeCredentials(credentials, "wrong");
    await withNats(async ({ address }) => {
      // About one in forty of the resets once reached a socket without a listener, which ends a process.
      for (let i = 0; i < 200; i++) {
        await assert.rejects(connect({ servers: [address], credentials }), /Authorization/);
      }
    }, ["--user", "classcord", "--pass", "right"]);
  });
});

Deno.test("credentials and certificates that cannot be used are refused with the path and the reason", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/file`;
    const servers = ["127.0.0.1:1"];
    const refused = async (settings: Omit<Settings, "servers">, message: RegExp) => {
      await assert.rejects(connect({ servers, ...settings }), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    };
    await refused({ credentials: file }, /^cluster\.credentials: .*file: cannot read/);
    await refused({ ca: file }, /^cluster\.ca: .*file: cannot read/);
    await assert.rejects(connect({ servers, ca: file }), NatsUnusable);
    const contents = [
      "secret",
      'user = "classcord"',
      'user = "classcord"\npassword = ""',
      'user = "classcord"\npassword = "secret',
      'user = "classcord"\npassword = 1234',
    ];
    for (const text of contents) {
      Deno.writeTextFileSync(file, text, { mode: 0o600 });
      await refused({ credentials: file }, /^cluster\.credentials: expected a file with the lines/);
    }
    Deno.chmodSync(file, 0o640);
    await refused({ credentials: file }, /expected the mode 0600.*got 0640.*chmod 600/);
    await refused({ ca: file }, /^cluster\.ca: .*expected certificates in PEM/);
  });
});
