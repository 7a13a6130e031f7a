// The names by which the main module recognizes that it is a worker. Each start reads this file: it imports nothing.

/** The name of the workers that hash passwords. */
export const PASSWORD_WORKER = "classcord-password";

/** The name of the worker that maintains the search index. */
export const SEARCH_WORKER = "classcord-search";

/** The name of the worker that makes a backup. */
export const BACKUP_WORKER = "classcord-backup";

/** The name of the worker that copies the database for another node of a cluster. */
export const COPY_WORKER = "classcord-copy";
