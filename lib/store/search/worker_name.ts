// The name by which the main module knows that it runs as the search worker.

/** Name of the worker that keeps the search index. */
export const SEARCH_WORKER_NAME = "classcord-search";
