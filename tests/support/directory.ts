// Provides a directory for one test, and removes it at the end.

/** Runs `work` with a new directory. */
export async function withDirectory(work: (path: string) => void | Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "classcord-" });
  try {
    await work(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}
