// The settings of a cluster. They are not documented, and refused outside of development, until a cluster keeps what it
// is to promise.
import { list, number, text, toggle } from "./setting.ts";

/** The environment variable that allows clusters, for development. */
export const CLUSTER_DEVELOPMENT = "CLASSCORD_CLUSTER_DEVELOPMENT";

/** The help and the settings of the section. */
export const CLUSTER_SECTION = {
  help: "Several servers that are one chat, over NATS.",
  settings: {
    servers: list({
      restart: true,
      default: [],
      expected: 'a list of NATS servers such as ["nats-1.example.org:4222"]',
      accepts: (value) => /^[\w.:[\]/-]{1,253}$/.test(value),
      help: "The NATS servers. Empty: no cluster.",
    }),
    name: text({
      restart: true,
      default: "classcord",
      expected: 'up to 32 letters, digits, "-" and "_"',
      accepts: (value) => /^[\w-]{1,32}$/.test(value),
      help: "The name of the cluster. Servers with the same name are one chat.",
    }),
    node: text({
      restart: true,
      default: "",
      expected: 'up to 32 letters, digits, "-" and "_"',
      accepts: (value) => /^[\w-]{0,32}$/.test(value),
      help: "The name of this server in the cluster. Empty: the name of the machine.",
    }),
    credentials: text({
      restart: true,
      default: "",
      expected: "a path, or nothing",
      help: "File with the credentials for NATS. Required for NATS servers on other machines.",
    }),
    ca: text({
      restart: true,
      default: "",
      expected: "a path, or nothing",
      help: "File with the certificates that sign those of the NATS servers.",
    }),
    replicas: number({
      restart: true,
      default: 1,
      min: 1,
      max: 3,
      help: "On how many NATS servers the log is kept.",
    }),
    log_days: number({
      restart: true,
      default: 7,
      min: 1,
      max: 365,
      unit: "days",
      help: "How long the log is kept.",
    }),
    allow_old_nats: toggle({
      restart: true,
      default: false,
      help: "Whether to use versions of NATS that can lose data.",
    }),
  },
} as const;
