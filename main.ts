// The only entry point: runs a command of the program, or the code of a worker, depending on its name. Workers share
// this file so that a bundle or a compiled executable has everything.
import { catchHangups } from "./lib/cli/hangups.ts";
import { BACKUP_WORKER, COPY_WORKER, PASSWORD_WORKER, SEARCH_WORKER } from "./lib/worker_names.ts";

if (globalThis.name === PASSWORD_WORKER) {
  const { run } = await import("./lib/auth/password_worker.ts");
  await run();
} else if (globalThis.name === SEARCH_WORKER) {
  const { run } = await import("./lib/store/search/search_worker.ts");
  run();
} else if (globalThis.name === BACKUP_WORKER) {
  const { run } = await import("./lib/cli/backup_worker.ts");
  run();
} else if (globalThis.name === COPY_WORKER) {
  const { run } = await import("./lib/cluster/copies/copy_worker.ts");
  run();
} else if (import.meta.main) {
  // Install this first, because loading the rest takes a moment.
  const hangups = catchHangups(Deno.args);
  const { runProgram } = await import("./lib/cli/program.ts");
  // Exit even if something is pending, such as a write to a standard output that nobody reads.
  Deno.exit(await runProgram(Deno.args, hangups));
}
