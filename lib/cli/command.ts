// What all sub-commands share: exit codes, and the failure that ends one with a sentence.
import { StoreError } from "../store/errors.ts";
import { ServerRunning } from "../store/server_lock.ts";
import { serviceUserHint } from "./service_user.ts";

/** Exit codes of the program, documented in `classcord --help`. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** The command could not do what it was asked. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The server does not run, or not where it was looked for (EX_UNAVAILABLE). */
  unavailable: 69,
  /** The admin socket or the data of the server may not be used by this user (EX_NOPERM). */
  forbidden: 77,
  /** The configuration is wrong (EX_CONFIG of sysexits.h). */
  config: 78,
  /** Ctrl-C at a prompt (128 + SIGINT). */
  interrupted: 130,
} as const;

/** Ends a command with one sentence on standard error and an exit code, without a stack. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";

  /**
   * @param message What went wrong and what to do about it, for a person.
   * @param exitCode One of {@linkcode EXIT}.
   */
  constructor(message: string, readonly exitCode: number = EXIT.failed) {
    super(message);
  }
}

/**
 * Turns what an administrator can fix into a sentence; bugs stay as they are.
 *
 * @param dataDir The data directory that was worked on.
 */
export function mendable(error: unknown, dataDir: string): unknown {
  if (error instanceof StoreError && error.cause instanceof Deno.errors.PermissionDenied) {
    return new CommandFailure(`${error.message} ${serviceUserHint(dataDir)}`, EXIT.forbidden);
  }
  const known = error instanceof StoreError || error instanceof ServerRunning;
  return known ? new CommandFailure(error.message) : error;
}
