// Measures what the page adds to the program: bytes of the executable, and time until the server listens.
import { median } from "./measure.ts";
import { BUNDLE, startOurs } from "./servers.ts";

// `scripts/program.ts` puts the page into the first line of the bundle.
const PAGE_LINE = /^globalThis\.CLASSCORD_PAGE=.*\n/;

/** Returns the number of bytes that the page adds to the executable, before any compression. */
export function addedBytes(): number {
  const [line = ""] = PAGE_LINE.exec(Deno.readTextFileSync(BUNDLE)) ?? [];
  return new TextEncoder().encode(line).length;
}

/** The median times from the start of the process until the server listens, in milliseconds. */
export interface StartTimes {
  readonly withPage: number;
  readonly without: number;
}

/** Starts the server with and without the page in turn. @param count The number of starts of each that count. */
export async function startTimes(count: number): Promise<StartTimes> {
  const directory = Deno.makeTempDirSync({ prefix: "classcord-bench-" });
  try {
    // Both programs are copies, so that Deno treats them the same.
    const code = Deno.readTextFileSync(BUNDLE);
    const programs = [`${directory}/page.js`, `${directory}/bare.js`] as const;
    Deno.writeTextFileSync(programs[0], code);
    Deno.writeTextFileSync(
      programs[1],
      code.replace(PAGE_LINE, () => 'globalThis.CLASSCORD_PAGE="";\n'),
    );
    const times: [number[], number[]] = [[], []];
    // Deno compiles a program at its first start, which does not count.
    for (let round = 0; round <= count; round++) {
      for (const which of round % 2 === 0 ? [0, 1] as const : [1, 0] as const) {
        const server = await startOurs({ program: programs[which] });
        if (round > 0) times[which].push(server.startMs);
        await server.stop();
      }
    }
    return { withPage: median(times[0]), without: median(times[1]) };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
