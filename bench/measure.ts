// Readings of other processes from /proc, and sums over samples.

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** User and system CPU time of a process and its threads, in seconds; 10 ms is the finest it can tell. */
export function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // Behind the name, which may have spaces, utime and stime are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]) * PAGE_BYTES;
}

/** Open file descriptors of a process. */
export function openFiles(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

/** The value below which a share `p` of the samples lies; sorts them. */
export function percentile(samples: number[], p: number): number {
  samples.sort((a, b) => a - b);
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * p))] ?? 0;
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return percentile([...numbers], 0.5);
}
