// Writes times as the protocol does.

/** Returns a time as ISO 8601 in UTC. `at`: milliseconds since 1970. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
