// `deno task bundle` creates dist/classcord.js: the program with its page in one file, for a Deno of this version.
import { bundle } from "./program.ts";

Deno.mkdirSync(new URL("../dist", import.meta.url), { recursive: true });
await bundle();
