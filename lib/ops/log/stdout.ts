// Writes log lines to standard output, asynchronously and bounded, so that a stopped reader cannot stop the server.

const MAX_BYTES = 1024 * 1024;
const FLUSH_MS = 1_000;

/** An output that people watch. */
export interface Console {
  /** Queues a line. Beyond the limit, it is dropped. */
  write(line: string): void;
  /** Resolves when all lines are written, or after one second. */
  flush(): Promise<void>;
}

/** A stream such as `Deno.stdout`. */
export interface ConsoleStream {
  write(bytes: Uint8Array): Promise<number>;
}

/** Creates a console for a stream. */
export function createConsole(stream: ConsoleStream): Console {
  const encoder = new TextEncoder();
  let waiting = "";
  let dropped = 0;
  let broken = false;
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    try {
      while (waiting !== "") {
        let bytes = encoder.encode(waiting);
        waiting = "";
        while (bytes.length > 0) bytes = bytes.subarray(await stream.write(bytes));
        if (dropped > 0) waiting += `... ${dropped} lines were not read in time\n`;
        dropped = 0;
      }
    } catch {
      // The reader has closed, for example after `classcord | head`.
      broken = true;
    } finally {
      writing = undefined;
    }
  }

  return {
    write(line) {
      if (broken) return;
      if (waiting.length + line.length > MAX_BYTES) {
        dropped++;
        return;
      }
      waiting += line;
      writing ??= writeAll();
    },
    async flush() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => timer = setTimeout(resolve, FLUSH_MS));
      await Promise.race([writing, late]);
      clearTimeout(timer);
    },
  };
}
