// A separate Docker engine for the test, in its own network, which this machine reaches over a pair of interfaces.
// Its images are made from Debian packages instead of those of the public registry. Requires root and the packages
// docker.io, docker-compose, mmdebstrap and iproute2.
import { run, until } from "../package/machine.ts";

/** The addresses. To the engine, this machine is a client elsewhere. */
export const ADDRESS = { client: "10.94.1.2", engine: "10.94.1.1" } as const;
const NAMESPACE = "ccdocker";
const LINK = "ccdock";

// Leaves the control groups (version 2) and the Docker files of this machine unchanged.
const START = `mount --make-rprivate /
  ! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified
  mkdir -p /run/docker; mount -t tmpfs tmpfs /run/docker
  exec dockerd --data-root "$0/data" --exec-root /run/docker --pidfile "$0/pid" --host "unix://$0/socket" \
    --storage-driver overlay2 --default-ulimit nofile=20000:20000`;

/** A running engine. Dispose of it to stop it and remove everything it made. */
export class Engine {
  private constructor(private readonly home: string, private readonly daemon: Deno.ChildProcess) {}

  static async start(home: string): Promise<Engine> {
    await remove(home);
    await run("mkdir", "-p", home);
    await run("sh", "-ec", NETWORK);
    const log = Deno.openSync(`${home}/log`, { write: true, create: true });
    const daemon = new Deno.Command("setsid", {
      args: [
        // Not `ip netns exec`, which hides the control groups.
        ...["nsenter", `--net=/run/netns/${NAMESPACE}`, "unshare", "-m"],
        ...["sh", "-ec", `{ ${START}; } 2>"$0/log"`, home],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    log.close();
    const engine = new Engine(home, daemon);
    await until("an engine that answers", async () => {
      await engine.docker("version");
      return true;
    }).catch(async (error: Error) => {
      const told = await Deno.readTextFile(`${home}/log`);
      await engine[Symbol.asyncDispose]();
      throw new Error(`${error.message}\n${told.slice(-3000)}`);
    });
    return engine;
  }

  /** Runs `docker`. @throws {CommandError} */
  async docker(...args: string[]): Promise<string> {
    return (await this.shell('docker "$@"', ...args)).trim();
  }

  /** Runs a shell script with this engine as Docker's. @throws {CommandError} */
  async shell(script: string, ...args: string[]): Promise<string> {
    const environment = [`DOCKER_HOST=unix://${this.home}/socket`, "DOCKER_BUILDKIT=0"];
    return await run("env", ...environment, "sh", "-ec", script, "sh", ...args);
  }

  /** Runs a shell script on the engine's machine, where ports published on loopback are available. */
  async local(script: string): Promise<string> {
    return await run("ip", "netns", "exec", NAMESPACE, "sh", "-ec", script);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.docker("ps", "-aq").then((ids) =>
      ids === "" ? "" : this.docker("rm", "-f", "-v", ...ids.split("\n"))
    ).catch(() => {});
    await run("sh", "-c", 'kill "$(cat "$0/pid")"', this.home).catch(() => {});
    await this.daemon.status;
    await remove(this.home);
  }
}

const NETWORK = `ip netns add ${NAMESPACE}
  ip link add ${LINK}0 type veth peer name ${LINK}1 netns ${NAMESPACE}
  ip addr add ${ADDRESS.client}/24 dev ${LINK}0; ip link set ${LINK}0 up
  ip -n ${NAMESPACE} addr add ${ADDRESS.engine}/24 dev ${LINK}1
  ip -n ${NAMESPACE} link set ${LINK}1 up; ip -n ${NAMESPACE} link set lo up`;

async function remove(home: string): Promise<void> {
  await run("ip", "link", "del", `${LINK}0`).catch(() => {});
  await run("ip", "netns", "del", NAMESPACE).catch(() => {});
  await run("rm", "-rf", home);
}
