// Settings whose names have changed. The old names still work.

/** Section and key of each, before and now. */
export const RENAMED: readonly {
  from: readonly [string, string];
  to: readonly [string, string];
}[] = [
  { from: ["metrics", "disk_min"], to: ["store", "reserve_bytes"] },
];
