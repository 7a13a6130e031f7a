// The server without storage, to measure the cost of storing: messages get ids and are discarded.
import { runProgram } from "../lib/cli/program.ts";
import { MessageStore } from "../lib/store/messages.ts";

let last = 0;
MessageStore.prototype.append = (batch) => batch.map(() => ++last);
Deno.exitCode = await runProgram(Deno.args);
