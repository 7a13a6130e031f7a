// Handles SIGHUP from the start of the process. It asks a server to reload, but would end a process that has no
// handler yet.

/** The SIGHUP signals of a process that is or becomes a server. */
export interface Hangups {
  /** Calls `handle` for every further SIGHUP, and at once if one has arrived already. */
  handle(handle: () => void): void;
}

/**
 * Handles SIGHUP if the command line starts the server. Other commands end on SIGHUP, for example when their
 * terminal is closed.
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
