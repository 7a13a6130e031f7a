// The name by which the main module knows that it runs as a password worker.

/** Name of the workers that hash passwords. */
export const PASSWORD_WORKER_NAME = "classcord-password";
