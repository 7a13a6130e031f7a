// File descriptors: how many the process may have, how many connections that allows, and how to say so.
import { errorText } from "./log/text.ts";

// The database and its copies, the log, workers, the admin socket, HTTP, connections that are rejected or on
// their way in.
const RESERVE = 512;
// An adopted socket has two until it is closed; see `net/adopted_socket`.
const PER_CONNECTION = 2;

/**
 * How many files this process may have open, by its limit (`ulimit -n`, `LimitNOFILE`).
 *
 * @returns `undefined` where that cannot be found out, or there is no limit.
 */
export async function readDescriptorLimit(pid: number = Deno.pid): Promise<number | undefined> {
  try {
    // Deno gives `/proc` to programs with all permissions only.
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

/** The limit in force, of the text of `/proc/PID/limits`. */
export function parseDescriptorLimit(limits: string): number | undefined {
  const soft = /^Max open files +(\d+) /m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** How many connections a limit of descriptors allows. Half of a small limit is for the rest of the server. */
export function connectionCeiling(descriptors: number | undefined): number {
  if (descriptors === undefined) return Infinity;
  const reserve = Math.min(RESERVE, Math.floor(descriptors / 2));
  return Math.max(1, Math.floor((descriptors - reserve) / PER_CONNECTION));
}

/**
 * Warns where more connections are configured than descriptors allow.
 *
 * @param configured `limits.connections`; 0 for no limit.
 * @returns `undefined` where there is nothing to warn of.
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
      configured === 0 ? "more" : `at least ${PER_CONNECTION * configured + RESERVE}`
    }, or lower limits.connections.`;
}

/** A failure to accept is one line in so long, for each listener. */
const REPORT_PAUSE_MS = 60_000;

/**
 * Makes what is told of failures to accept: it logs one line a minute.
 *
 * @param name The listener, for people.
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
