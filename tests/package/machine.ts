// A booted Debian or Ubuntu with systemd as PID 1, in a container of systemd-nspawn, and a network for clients.
// Requires root and the packages mmdebstrap, systemd-container and iproute2.

/** The systems, by the code name of their release. */
export const SUITES = {
  bookworm: "Debian 12",
  trixie: "Debian 13",
  jammy: "Ubuntu 22.04",
  noble: "Ubuntu 24.04",
} as const;

/** One of {@linkcode SUITES}. */
export type Suite = keyof typeof SUITES;

const PACKAGES = "systemd,systemd-sysv,dbus,libpam-systemd,iproute2,procps,ca-certificates,apt," +
  "python3-minimal,logrotate,rsyslog,netcat-openbsd,telnet,nftables,cron,sudo,ufw,adduser,man-db," +
  "bash-completion,curl";
/** Packages that apt can install on a machine without a network. */
const LATER = "fail2ban prometheus";
const DEADLINE_MS = 90_000;
/** Less than the second after which a dropped packet is sent again. */
const ANSWER_MS = 800;
const POWEROFF_MS = 30_000;

/** The error of a failed command, with its text and output. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Runs a program. @throws {CommandError} */
export async function run(command: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command(command, { args, stdin: "null" }).output();
  const text = new TextDecoder().decode(output.stdout);
  if (output.success) return text;
  const errors = new TextDecoder().decode(output.stderr);
  throw new CommandError(`${[command, ...args].join(" ")}: ${output.code}\n${text}${errors}`);
}

/** Waits until `done` returns something. Fails after a minute and a half. */
export async function until<T>(what: string, done: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + DEADLINE_MS;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await done();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`expected ${what} within ${DEADLINE_MS / 1000} s`, { cause: last });
}

/** Returns the root directory of a suite. It is created once and kept in `cache`. */
export async function rootOf(suite: Suite, cache: string): Promise<string> {
  const recipe = await digest(PACKAGES + LATER + DOWNLOAD);
  const root = `${cache}/${suite}-${recipe}`;
  if (await exists(root)) return root;
  await run("mkdir", "-p", cache);
  // Removes what another recipe made, or what is incomplete.
  await run("sh", "-ec", 'rm -rf "$0"*', `${cache}/${suite}-`);
  const ubuntu = SUITES[suite].startsWith("Ubuntu");
  await run(
    "mmdebstrap",
    ...["--variant=minbase", `--include=${PACKAGES}`],
    "--skip=cleanup/apt/lists,cleanup/apt/cache",
    `--customize-hook=chroot "$1" sh -ec 'apt-get clean; apt-get ${DOWNLOAD} ${LATER}'`,
    ...[suite, `${root}.new`],
    ...(ubuntu ? await ubuntuSources(suite, cache) : []),
  );
  await run("mv", `${root}.new`, root);
  return root;
}

const DOWNLOAD = "install -qy --download-only -o APT::Install-Recommends=1";

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).toHex().slice(0, 8);
}

/** Ubuntu's sources. Debian does not have their keyring, so it is extracted from its package. */
async function ubuntuSources(suite: Suite, cache: string): Promise<string[]> {
  const arch = (await run("dpkg", "--print-architecture")).trim();
  const mirror = arch === "amd64"
    ? "http://archive.ubuntu.com/ubuntu"
    : "http://ports.ubuntu.com/ubuntu-ports";
  const keyring = `${cache}/ubuntu-keyring`;
  const packages = `${mirror}/dists/${suite}/main/binary-${arch}/Packages.gz`;
  const script = `mkdir -p "$0"; cd "$0"
    file=$(wget -qO- ${packages} | zcat | sed -n '/^Package: ubuntu-keyring$/,/^$/s/^Filename: //p')
    wget -qO keyring.deb "${mirror}/$file"; dpkg-deb -x keyring.deb .`;
  await run("sh", "-ec", script, keyring);
  const signed = `signed-by=${keyring}/usr/share/keyrings/ubuntu-archive-keyring.gpg`;
  return [suite, `${suite}-updates`].map((name) =>
    `deb [${signed}] ${mirror} ${name} main universe`
  );
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The addresses. The host and the attacker reach the machine over separate networks. */
export const ADDRESS = {
  host: "10.93.1.2",
  machine: "10.93.1.1",
  attacker: "10.93.2.2",
  attacker6: "fd93:2::2",
} as const;
const FROM_ATTACKER = { 4: "10.93.2.1", 6: "fd93:2::1" } as const;
const NAMESPACE = "ccmachine";
const ATTACKER = "ccattacker";

/** A booted machine. Dispose of it to power it off and remove it. */
export class Machine {
  private constructor(
    readonly root: string,
    private readonly container: Deno.ChildProcess,
    private readonly pid: number,
  ) {}

  static async boot(suite: Suite, cache: string): Promise<Machine> {
    const root = `${cache}/run-${suite}`;
    await run("rm", "-rf", root);
    await run("cp", "-a", "--reflink=auto", await rootOf(suite, cache), root);
    await removeNetworks();
    await run("sh", "-ec", NETWORKS);
    const container = new Deno.Command("setsid", {
      args: [
        "systemd-nspawn",
        ...["-b", "-D", root, "-M", `cc-${suite}`, "--register=no", "--keep-unit"],
        `--network-namespace-path=/run/netns/${NAMESPACE}`,
        "--capability=CAP_NET_ADMIN",
      ],
      env: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "yes" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const pid = await until("a booted systemd", async () => {
      const found = await run("pgrep", "-P", String(container.pid), "-x", "systemd");
      return Number(found.trim()) || undefined;
    });
    const machine = new Machine(root, container, pid);
    await until("a system that is up", async () => {
      const state = await machine.run("systemctl is-system-running || true");
      return /running|degraded/.test(state) ? true : undefined;
    });
    return machine;
  }

  /** Copies a file of this machine to a directory of the booted one. */
  async put(file: string, directory: string): Promise<void> {
    await run("cp", "-a", file, `${this.root}${directory}/`);
  }

  /** Runs a shell script in the machine as root. @throws {CommandError} */
  async run(script: string): Promise<string> {
    const inside = ["-t", String(this.pid), "-m", "-u", "-i", "-p", "-n", "-C", "-r", "-w"];
    const clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"];
    const quiet = "DEBIAN_FRONTEND=noninteractive";
    return await run("nsenter", ...inside, ...clean, quiet, "sh", "-ec", script);
  }

  /** Sends lines from the attacker's address and returns the answer. Fails if the port is blocked. */
  async attack(lines: string, family: 4 | 6 = 4): Promise<string> {
    const script = 'exec 3<>"/dev/tcp/$1/12345"; printf %s "$2" >&3; timeout 3 head -n "$3" <&3';
    const count = String(lines.split("\n").length - 1);
    const shell = ["timeout", "6", "bash", "-c", script, "bash"];
    return await run(
      ...["ip", "netns", "exec", ATTACKER] as const,
      ...[...shell, FROM_ATTACKER[family], lines, count],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("systemctl poweroff").catch(() => {});
    // Kill it if it does not power itself off.
    const late = setTimeout(() => this.container.kill("SIGKILL"), POWEROFF_MS);
    await this.container.status;
    clearTimeout(late);
    await removeNetworks();
    await run("rm", "-rf", this.root);
  }
}

/**
 * Returns how many of several simultaneous connections of the attacker are answered, either way, and not dropped.
 */
export async function attackerConnects(
  { port, family, count }: { port: number; family: 4 | 6; count: number },
): Promise<number> {
  const hostname = FROM_ATTACKER[family];
  const script = `let answers = 0;
    const attempt = async () => {
      const tried = Deno.connect({ hostname: "${hostname}", port: ${port} });
      await tried.catch((error) => { if (!/refused/i.test(error.message)) throw error; });
      answers++;
    };
    for (let n = 0; n < ${count}; n++) attempt().catch(() => {});
    setTimeout(() => { console.log(answers); Deno.exit(); }, ${ANSWER_MS});`;
  const inside = ["netns", "exec", ATTACKER, Deno.execPath(), "eval", script];
  return Number(await run("ip", ...inside));
}

const NETWORKS = `ip netns add ${NAMESPACE}; ip netns add ${ATTACKER}
  ip link add cchost type veth peer name cc0 netns ${NAMESPACE}
  ip link add cc1 netns ${ATTACKER} type veth peer name cc1 netns ${NAMESPACE}
  ip addr add ${ADDRESS.host}/24 dev cchost; ip link set cchost up
  ip -n ${NAMESPACE} addr add ${ADDRESS.machine}/24 dev cc0; ip -n ${NAMESPACE} link set cc0 up
  ip -n ${NAMESPACE} addr add ${FROM_ATTACKER[4]}/24 dev cc1
  ip -n ${NAMESPACE} addr add ${FROM_ATTACKER[6]}/64 dev cc1 nodad
  ip -n ${NAMESPACE} link set cc1 up; ip -n ${NAMESPACE} link set lo up
  ip -n ${ATTACKER} addr add ${ADDRESS.attacker}/24 dev cc1
  ip -n ${ATTACKER} addr add ${ADDRESS.attacker6}/64 dev cc1 nodad
  ip -n ${ATTACKER} link set cc1 up`;

async function removeNetworks(): Promise<void> {
  await run("ip", "link", "del", "cchost").catch(() => {});
  for (const name of [NAMESPACE, ATTACKER]) await run("ip", "netns", "del", name).catch(() => {});
}
