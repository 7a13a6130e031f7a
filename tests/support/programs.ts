// Finds the programs that some tests need, and skips those tests if a program is missing.

/**
 * Finds a program in `PATH`. It does not use `which`, which may be missing too, and does not start the program,
 * because starting a missing program throws.
 *
 * @returns The path; `undefined` if this user can run no such program.
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

/** The requirements of a test besides Deno. */
export interface Needs {
  /** Names of programs. */
  readonly programs: readonly string[];
  /** Further requirements, in words, and whether each is met. */
  readonly also?: Readonly<Record<string, boolean>>;
}

/**
 * Registers a test. Its name lists the requirements. If one is missing, the test is skipped.
 *
 * @param needs One program, or all requirements.
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
