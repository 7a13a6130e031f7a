// How a node uses TLS with NATS servers: which certificates it trusts, and for which names.
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import type { NodeConnectionOptions } from "@nats-io/transport-node";
import type { NatsAddress } from "../../net/nats_address.ts";

type TlsOptions = NonNullable<NodeConnectionOptions["tls"]> & {
  // The library hands all options on to node:tls, but declares only some of them.
  checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
};

/**
 * Returns the options of TLS.
 *
 * @param ca The path of a file with the certificates to trust. Without it, those of the system.
 */
export function tlsOptions(servers: readonly NatsAddress[], ca: string | undefined): TlsOptions {
  const hosts = servers.map(({ host }) => host);
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  return {
    ...ca !== undefined && { caFile: ca },
    checkServerIdentity(host, certificate) {
      // If a server is configured by its IP address, the library names none, and node:tls checks for "localhost".
      const names = [
        ...hosts.filter((name) => name === host),
        ...host === "localhost" ? addresses : [],
      ];
      const errors = names.map((name) => checkServerIdentity(name, certificate));
      return errors.includes(undefined)
        ? undefined
        : errors[0] ?? checkServerIdentity(host, certificate);
    },
  };
}
