// Reads the limit of file descriptors, computes how many connections it allows, and reports problems with it.
import { errorText } from "./log/text.ts";

// For the database and its copies, the log, workers, the admin socket, HTTP, and connections that are arriving or
// rejected.
const RESERVE = 512;

/**
 * Returns how many files this process may open (`ulimit -n`, `LimitNOFILE`).
 *
 * @returns `undefined` if there is no limit or it cannot be read.
 */
export async function readDescriptorLimit(pid: number = Deno.pid): Promise<number | undefined> {
  try {
    // Deno allows access to `/proc` only with all permissions.
    const { stdout } = await new Deno.Command("cat", {
      args: [`/proc/${pid}/limits`],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).output();
    return parseDescriptorLimit(new TextDecoder().decode(stdout));
  } catch {
    return undefined;
  }
}

/** Returns the current limit in a text of `/proc/PID/limits`. */
export function parseDescriptorLimit(limits: string): number | undefined {
  const soft = /^Max open files +(\d+) /m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** Returns how many connections a descriptor limit allows. Half of a small limit is for the rest of the server. */
export function connectionCeiling(descriptors: number | undefined): number {
  if (descriptors === undefined) return Infinity;
  return Math.max(1, descriptors - Math.min(RESERVE, Math.floor(descriptors / 2)));
}

/**
 * Warns if more connections are configured than descriptors allow.
 *
 * @param configured `limits.connections`; 0 for no limit.
 * @returns `undefined` if there is no reason to warn.
 */
export function descriptorWarning(
  configured: number,
  descriptors: number | undefined,
): string | undefined {
  const ceiling = connectionCeiling(descriptors);
  if (ceiling === Infinity || configured !== 0 && configured <= ceiling) return undefined;
  const wanted = configured === 0 ? "no limit" : String(configured);
  return `limits.connections is ${wanted}, but the process can open ${descriptors} files: at most ` +
    `${ceiling} connections are accepted. Set LimitNOFILE (systemd), nofile (Docker) or "ulimit -n" to ` +
    `${
      configured === 0 ? "more" : `at least ${configured + RESERVE}`
    }, or lower limits.connections.`;
}

/** Minimum time between two reports of failures to accept, per listener. */
const REPORT_PAUSE_MS = 60_000;

/**
 * Returns a function that logs failures to accept, at most one line per minute.
 *
 * @param name The name of the listener, for people.
 * @param now A clock in milliseconds that only goes forward.
 */
export function createAcceptReport(
  name: string,
  write: (text: string) => void,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let loggedAt = -Infinity;
  let unlogged = 0;
  return (error) => {
    if (now() - loggedAt < REPORT_PAUSE_MS) {
      unlogged++;
      return;
    }
    const before = unlogged === 0 ? "" : ` (and ${unlogged} more times in the last minute)`;
    write(
      `${name}: accepting failed${before}: ${errorText(error)}. The server tries again.`,
    );
    loggedAt = now();
    unlogged = 0;
  };
}
