// The names by which the main module knows that it runs as a worker. This file imports nothing: each start reads it.

/** Name of the workers that hash passwords. */
export const PASSWORD_WORKER = "classcord-password";

/** Name of the worker that keeps the search index. */
export const SEARCH_WORKER = "classcord-search";

/** Name of the worker that makes a backup. */
export const BACKUP_WORKER = "classcord-backup";
