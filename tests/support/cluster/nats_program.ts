// Finds a nats-server for tests: the one of the machine, or Debian 13's package, unpacked without root into a cache
// outside the repository.
import { checkVersion } from "../../../lib/cluster/nats/connection.ts";
import { findProgram } from "../programs.ts";

const CACHE = `${Deno.env.get("TMPDIR") ?? "/tmp"}/classcord-test-nats-${Deno.uid() ?? 0}`;
const DOWNLOAD_MS = 120_000;

// APT reads Debian 13's own list, whatever the machine runs, and verifies its signature.
const FETCH = `
set -e
cd "$1"
mkdir -p lists/partial cache/archives/partial parts
echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main' > sources.list
: > status
cat > apt.conf <<END
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "$1/parts";
Dir::State::lists "$1/lists";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
APT::Sandbox::User "";
Acquire::Languages "none";
END
export APT_CONFIG="$1/apt.conf"
apt-get -q update
apt-get -q download nats-server
dpkg-deb -x nats-server_*.deb root
rm -r lists cache
mv root/usr/sbin/nats-server nats-server
`;

/**
 * Returns the path of a nats-server that is new enough; `undefined` if none can be had on this machine. The result of
 * a download is kept for later runs, also if it failed.
 */
export async function findNatsServer(): Promise<string | undefined> {
  for (const path of [findProgram("nats-server"), await cached()]) {
    if (path !== undefined && await isFit(path)) return path;
  }
  return undefined;
}

async function cached(): Promise<string | undefined> {
  if (["apt-get", "dpkg-deb", "sh"].some((name) => findProgram(name) === undefined)) {
    return undefined;
  }
  Deno.mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  const program = `${CACHE}/nats-server`;
  // Test files run in parallel: one of them downloads.
  using lock = Deno.openSync(`${CACHE}/lock`, { read: true, write: true, create: true });
  await lock.lock(true);
  if (!exists(program) && !exists(`${CACHE}/failed`)) await download();
  return exists(program) ? program : undefined;
}

async function download(): Promise<void> {
  const command = new Deno.Command("sh", {
    args: ["-c", FETCH, "sh", CACHE],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(DOWNLOAD_MS),
  });
  const { success, stdout, stderr } = await command.output();
  if (!success) Deno.writeFileSync(`${CACHE}/failed`, new Uint8Array([...stdout, ...stderr]));
}

async function isFit(path: string): Promise<boolean> {
  const { stdout } = await new Deno.Command(path, { args: ["--version"], stderr: "null" }).output();
  try {
    checkVersion(/v(\d\S*)/.exec(new TextDecoder().decode(stdout))?.[1] ?? "", false);
    return true;
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
