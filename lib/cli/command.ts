// What all commands share: exit codes, and the error that ends a command with a sentence.
import { oneLine } from "../ops/log/text.ts";
import { StoreError } from "../store/errors.ts";
import { ServerRunning } from "../store/server_lock.ts";
import { serviceUserHint } from "./service_user.ts";

/** The exit codes of the program, documented in `classcord --help`. */
export const EXIT = {
  /** Success. */
  ok: 0,
  /** The command failed. */
  failed: 1,
  /** The command line is not valid. */
  usage: 2,
  /** The server is not running, or not at the expected path (EX_UNAVAILABLE). */
  unavailable: 69,
  /** `reload`: the server has no admin socket, but SIGHUP reaches it (EX_PROTOCOL). */
  noSocket: 76,
  /** This user has no permission to use the admin socket or the data of the server (EX_NOPERM). */
  forbidden: 77,
  /** The configuration is not valid (EX_CONFIG of sysexits.h). */
  config: 78,
  /** Ctrl-C at a prompt (128 + SIGINT). */
  interrupted: 130,
} as const;

/** Ends a command with one sentence on standard error and an exit code, without a stack trace. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";

  /**
   * @param message What went wrong and what to do about it.
   * @param exitCode One of {@linkcode EXIT}.
   */
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Turns an error that an administrator can fix into a `CommandFailure`. Other errors are bugs and stay as they
 * are.
 *
 * @param dataDir The data directory of the command, if any. Its owner is the user to run the command as.
 */
export function asFailure(error: unknown, dataDir?: string): unknown {
  // An error from a worker has a message and a kind, but no cause.
  const isDenied = error instanceof StoreError && error.kind === "not_writable" &&
    /permission denied|EACCES/i.test(error.message);
  if (isDenied && dataDir !== undefined) {
    return new CommandFailure(`${error.message} ${serviceUserHint(dataDir)}`, EXIT.forbidden);
  }
  const known = error instanceof StoreError || error instanceof ServerRunning;
  if (known) return new CommandFailure(error.message);
  if (error instanceof CommandFailure || !(error instanceof Error) || !isOfSystem(error)) {
    return error;
  }
  const text = `Reading or writing failed: ${oneLine(error.message)}.`;
  return new CommandFailure(text, EXIT.failed);
}

/**
 * Codes of the system (Node's) and of SQLite that are not bugs: a full, broken or read-only disk, and permissions.
 */
const SYSTEM_CODES = new Set(["ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "EPERM", "EMFILE"]);
const SQLITE_CODES = new Set([5, 8, 10, 13, 14]);

function isOfSystem(error: Error): boolean {
  const { code, errcode = 0 } = error as { code?: string; errcode?: number };
  return SYSTEM_CODES.has(code ?? "") || SQLITE_CODES.has(errcode & 0xff) ||
    /\bos error \d+|database or disk is full|disk I\/O error/.test(error.message);
}
