// Turns the settings of a cluster into what a connection to NATS needs.
import type { NatsOptions } from "../../cluster/nats/connection.ts";
import { NatsUnusable } from "../../cluster/nats/errors.ts";
import type { Config } from "../../ops/config/schema.ts";
import { readCertificates, readSecret } from "../files/setting_files.ts";
import { ListenFailure } from "../listen.ts";

/**
 * Returns the options of a connection to the NATS servers of the settings.
 *
 * @param name What the NATS servers call the connection.
 * @throws {NatsUnusable} If a file that the settings name cannot be used.
 */
export function natsOptions(config: Config, name: string): NatsOptions {
  const { servers, credentials, ca, allow_old_nats: allowOld } = config.cluster;
  // The library reads the certificates later, and would try again without end.
  if (ca !== "") reading(() => readCertificates({ setting: "cluster.ca", path: ca }));
  return {
    servers,
    name,
    allowOld,
    ...credentials !== "" && {
      credentials: () =>
        reading(() => readSecret({ setting: "cluster.credentials", path: credentials })),
    },
    ...ca !== "" && { ca },
  };
}

function reading(read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw error instanceof ListenFailure
      ? new NatsUnusable(error.message, { cause: error })
      : error;
  }
}
