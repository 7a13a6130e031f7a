// Formats quantities for people: durations, times, sizes.
import { formatDuration } from "../../protocol/duration.ts";

/** Formats a number of seconds with its two largest units, such as `2d 3h` or `45s`. */
export function span(seconds: number): string {
  return formatDuration(seconds);
}

/** Formats a number of bytes, such as `12 KiB`. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = "B";
  for (const next of ["KiB", "MiB", "GiB", "TiB"]) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 && unit !== "B" ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Formats a number with its noun, such as `1 member` or `2 members`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Formats a timestamp of the protocol in the local time zone: `14:03:59`, with the date unless it is today. */
export function clock(timestamp: string, now: Date = new Date()): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return timestamp;
  const full = dateAndTime(time);
  return time.toDateString() === now.toDateString() ? full.slice(full.indexOf(" ") + 1) : full;
}

/** Formats a time in the local time zone: `2026-11-27 14:03:59`. */
export function dateAndTime(time: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ` +
    `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** Formats a time to the second as ISO 8601 in UTC. */
export function isoTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
