// The server without its storage, to see what storing costs: messages get ids and are forgotten.
import { runProgram } from "../lib/cli/program.ts";
import { MessageStore } from "../lib/store/messages.ts";

let last = 0;
MessageStore.prototype.append = (batch) => batch.map(() => ++last);
Deno.exitCode = await runProgram(Deno.args);
