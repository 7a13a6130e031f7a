// The one entry point: runs a command of the program; or hashes passwords, or keeps the search index, when it
// is started as a worker. Workers share this file so that a bundle or a compiled executable holds everything.
import { PASSWORD_WORKER_NAME } from "./lib/auth/worker_name.ts";
import { SEARCH_WORKER_NAME } from "./lib/store/search/worker_name.ts";

if (globalThis.name === PASSWORD_WORKER_NAME) {
  const { run } = await import("./lib/auth/password_worker.ts");
  await run();
} else if (globalThis.name === SEARCH_WORKER_NAME) {
  const { run } = await import("./lib/store/search/search_worker.ts");
  run();
} else if (import.meta.main) {
  const { runProgram } = await import("./lib/cli/program.ts");
  Deno.exitCode = await runProgram(Deno.args);
}
