// `deno task fuzz [LINES] [SEED]` sends random lines over sockets. `deno task fuzz web [INPUTS] [SEED]` gives random
// input to the parsers of the door.
import { runSocketFuzz } from "./socket_fuzz.ts";
import { runWebFuzz } from "./web_fuzz.ts";

const [what, ...rest] = Deno.args;
if (what === "web") runWebFuzz(rest);
else await runSocketFuzz(Deno.args);
