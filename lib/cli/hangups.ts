// SIGHUP from the first moment of the process on: it asks a server for a reload, and would end one that
// does not listen yet.

/** The SIGHUPs of a process that is a server, or becomes one. */
export interface Hangups {
  /** Calls `handle` for every SIGHUP to come, and at once if one has come before. */
  handle(handle: () => void): void;
}

/**
 * Listens for SIGHUP if the command line starts the server. It ends any other command, as when its terminal
 * is closed.
 *
 * @param args The words after the program's name.
 */
export function catchHangups(args: readonly string[]): Hangups | undefined {
  const word = args[0];
  if (word !== undefined && word !== "serve" && !word.startsWith("-")) return undefined;
  let came = false;
  let handler = (): void => {
    came = true;
  };
  Deno.addSignalListener("SIGHUP", () => handler());
  return {
    handle(handle) {
      handler = handle;
      if (came) handle();
    },
  };
}
