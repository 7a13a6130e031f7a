// Finds the programs that some tests need, and skips those tests by name where a program is missing.

/**
 * The path of a program, found along `PATH`: `which` may itself be missing, and starting a missing program
 * throws.
 *
 * @returns `undefined` where there is none that this user may run.
 */
export function findProgram(
  name: string,
  path: string = Deno.env.get("PATH") ?? "",
): string | undefined {
  return path.split(":").filter((directory) => directory !== "")
    .map((directory) => `${directory}/${name}`).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** What a test needs besides Deno. */
export interface Needs {
  /** Programs by name. */
  readonly programs: readonly string[];
  /** What else it needs, in words; each is met or not. */
  readonly also?: Readonly<Record<string, boolean>>;
}

/**
 * Registers a test. Its name says what it needs; where that is missing, the test is skipped.
 *
 * @param needs One program, or everything the test needs.
 */
export function testWith(
  needs: string | Needs,
  name: string,
  fn: (context: Deno.TestContext) => void | Promise<void>,
): void {
  const { programs, also = {} } = typeof needs === "string" ? { programs: [needs] } : needs;
  const isMet = programs.every((program) => findProgram(program) !== undefined) &&
    Object.values(also).every((met) => met);
  const wanted = [...programs, ...Object.keys(also)].join(", ");
  Deno.test({ name: `${name} (needs ${wanted})`, ignore: !isMet, fn });
}
