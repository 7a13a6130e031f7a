// Three NATS servers with the configuration and the certificates that the package has for administrators.
import assert from "node:assert/strict";
import { withDirectory } from "../directory.ts";
import { freePorts, hasNats, NatsServer } from "./nats_server.ts";
import { testWith } from "../programs.ts";

const root = new URL("../../../", import.meta.url);

/** A name, as administrators have in their certificates. */
const HOST = "localhost";

/** What the nodes need to connect. */
export interface ShippedNats {
  readonly servers: readonly NatsServer[];
  /** The addresses, with the name in the certificates. */
  readonly addresses: readonly string[];
  /** The file for `cluster.ca`. */
  readonly ca: string;
  /** The file for `cluster.credentials`. */
  readonly credentials: string;
  /** A directory for further files. */
  readonly directory: string;
}

/** Registers a test that needs nats-server and openssl. */
export function testWithShippedNats(name: string, work: (nats: ShippedNats) => Promise<void>) {
  testWith(
    { programs: ["openssl"], also: { "nats-server": hasNats } },
    name,
    () => withShippedNats(work),
  );
}

async function withShippedNats(work: (nats: ShippedNats) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    await makeCertificates(directory, [HOST]);
    const ports = freePorts(6);
    const routes = ports.slice(3);
    const servers = routes.map((route, i) => {
      const port = ports[i]!;
      const path = `${directory}/${i}.conf`;
      Deno.writeTextFileSync(path, adaptedConfig({ directory, i, port, route, routes }));
      return new NatsServer(`salle-${i + 1}`, port, ["-c", path]);
    });
    const credentials = `${directory}/credentials.toml`;
    writeCredentials(credentials, "a good password");
    try {
      // As CLUSTER.md says: at the first start, nats-server sometimes leaves out one of three that start at once.
      const [third, ...two] = servers.toReversed();
      await Promise.all(two.map((server) => server.start()));
      await Promise.all(two.map((server) => server.until(/cluster (new )?metadata leader/)));
      await third!.start();
      const addresses = servers.map(({ port }) => `${HOST}:${port}`);
      await work({ servers, addresses, ca: `${directory}/ca.pem`, credentials, directory });
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
    }
  });
}

/** Runs the script for certificates in a directory. */
export async function makeCertificates(cwd: string, names: readonly string[]): Promise<void> {
  const script = new URL("nats/certificates.sh", root).pathname;
  const { success, stderr } = await new Deno.Command("sh", { args: [script, ...names], cwd })
    .output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Writes the credentials of the user of the shipped configuration. */
export function writeCredentials(path: string, password: string): void {
  const text = `user = "classcord"\npassword = "${password}"\n`;
  Deno.writeTextFileSync(path, text, { mode: 0o600 });
}

// What an administrator changes, and the ports, which are free ones here.
function adaptedConfig(
  { directory, i, port, route, routes }: {
    readonly directory: string;
    readonly i: number;
    readonly port: number;
    readonly route: number;
    readonly routes: readonly number[];
  },
): string {
  const changes: readonly (readonly [from: string, to: string])[] = [
    ['server_name: "salle-1"', `server_name: "salle-${i + 1}"`],
    ["0.0.0.0:4222", `127.0.0.1:${port}`],
    ["0.0.0.0:6222", `127.0.0.1:${route}`],
    ['advertise: "salle-1.example.org:6222"', `advertise: "${HOST}:${route}"`],
    ["/etc/nats/ca.pem", `${directory}/ca.pem`],
    ["/etc/nats/cert.pem", `${directory}/${HOST}.pem`],
    ["/etc/nats/key.pem", `${directory}/${HOST}.key`],
    ["/var/lib/nats", `${directory}/${i}`],
    ["change-this", "a good password"],
    ...routes.map((other, at) => [`salle-${at + 1}.example.org:6222`, `${HOST}:${other}`] as const),
  ];
  return changes.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), from);
    return text.replaceAll(from, to);
  }, Deno.readTextFileSync(new URL("nats/nats.conf", root)));
}
