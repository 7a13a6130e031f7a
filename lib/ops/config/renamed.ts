// Settings with changed names. The old names still work.

/** The old and the present section and key of each setting. */
export const RENAMED: readonly {
  from: readonly [string, string];
  to: readonly [string, string];
}[] = [
  { from: ["metrics", "disk_min"], to: ["store", "reserve_bytes"] },
];
