// The settings of a cluster.
import { type NatsAddress, readNatsAddress } from "../../net/nats_address.ts";
import { list, number, text, toggle } from "./setting.ts";
import { FILE } from "./values.ts";

const NAME = {
  expected: 'up to 32 letters, digits, "-" and "_"',
  accepts: (value: string) => /^[\w-]{1,32}$/.test(value),
};

/** The values of the section, as far as they depend on each other. */
interface Values {
  readonly servers: readonly string[];
  readonly node: string;
  readonly credentials: string;
  readonly ca: string;
  readonly replicas: number;
}

/** The help and the settings of the section. */
export const CLUSTER_SECTION = {
  help:
    "Several servers that are one chat, over NATS. If one of them fails, the others go on and no message is lost. " +
    "CLUSTER.md explains how to set them up.",
  settings: {
    servers: list({
      restart: true,
      default: [],
      expected: 'a list of servers such as ["nats-1.example.org", "nats-2.example.org:4222"]',
      accepts: (value) => readNatsAddress(value) !== undefined,
      help: "The NATS servers that keep the log, the same for all servers. Empty: no cluster.",
    }),
    name: text({
      restart: true,
      default: "classcord",
      ...NAME,
      help:
        "The name of the cluster. Servers that have the same name and use the same NATS servers are one chat.",
    }),
    node: text({
      restart: true,
      default: "",
      expected: `${NAME.expected}, or nothing`,
      accepts: (value) => value === "" || NAME.accepts(value),
      help: "The name of this server, different for each. Empty: the name of the machine.",
    }),
    credentials: text({
      restart: true,
      ...FILE,
      default: "",
      help:
        "Path of the file with the lines `user = …` and `password = …` for NATS, or of a credentials file of NATS. " +
        "Required for NATS servers on other machines. Only the owner may have rights to the file (mode 0600). It " +
        "is read again at each connection.",
    }),
    ca: text({
      restart: true,
      ...FILE,
      default: "",
      help:
        "Path of the certificates of the authorities that sign the certificates of the NATS servers, in PEM. Empty: " +
        "the public authorities that Deno knows. Connections to other machines always use TLS; with this setting, " +
        "all do.",
    }),
    replicas: number({
      restart: true,
      default: 0,
      min: 1,
      max: 3,
      zero: true,
      zeroMeans: "for three if `servers` has at least three, and one otherwise",
      help: "On how many NATS servers the log is kept: 1 or 3.",
    }),
    log_days: number({
      restart: true,
      default: 7,
      min: 1,
      max: 365,
      unit: "days",
      help:
        "How long the log is kept. A server that comes back later needs a copy of the database. What was erased is " +
        "in the log for this time at most.",
    }),
    allow_old_nats: toggle({
      restart: true,
      default: false,
      help:
        "Whether versions of nats-server before 2.10.23 are accepted. They can lose the log when a machine fails.",
    }),
  },
} as const;

/** Returns a line for each conflict between the settings of a cluster. */
export function clusterConflicts({ servers, replicas, ...values }: Values): string[] {
  const { credentials } = values;
  const problems: string[] = [];
  const given = (["node", "credentials", "ca"] as const).find((key) => values[key] !== "");
  if (servers.length === 0 && given !== undefined) {
    problems.push(
      `cluster.servers: expected at least one NATS server, because cluster.${given} is set; got []. A server ` +
        "without a cluster has no such setting.",
    );
  }
  const isRemote = (server: string) => !(readNatsAddress(server) as NatsAddress).isLoopback;
  const remote = servers.find(isRemote);
  if (remote !== undefined && credentials === "") {
    problems.push(
      `cluster.credentials: expected a path, because ${remote} is not on this machine and passwords and private ` +
        'messages pass through NATS; got "".',
    );
  }
  if (replicas === 2) {
    problems.push("cluster.replicas: expected 1 or 3, or 0; got 2. Two are no safer than one.");
  }
  return problems;
}

/** Returns on how many NATS servers the log is kept. */
export function replicasOf({ servers, replicas }: Pick<Values, "servers" | "replicas">): 1 | 3 {
  return replicas === 3 || replicas === 0 && servers.length >= 3 ? 3 : 1;
}
