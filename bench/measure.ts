// Reads figures of other processes from /proc, and computes percentiles.

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Returns the CPU time of a process and its threads, user and system, in seconds, with a resolution of 10 ms. */
export function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // After the name, which may contain spaces, utime and stime are the 12th and 13th fields.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Returns the resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]) * PAGE_BYTES;
}

/** Returns the number of open file descriptors of a process. */
export function openFiles(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

/** Returns the value below which a share `p` of the samples is. Sorts the samples. */
export function percentile(samples: number[], p: number): number {
  samples.sort((a, b) => a - b);
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * p))] ?? 0;
}

/** Returns the median. */
export function median(numbers: readonly number[]): number {
  return percentile([...numbers], 0.5);
}
