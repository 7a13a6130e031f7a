// A client at the far end of a cable. It joins, prints each line that arrives, and sends nothing more.
import { connect } from "node:net";

const [host = "", port = "0", first = "{}"] = Deno.args;
const socket = connect({ host, port: Number(port) }, () => socket.write(`${first}\n`));
socket.on("data", (chunk: Uint8Array) => Deno.stdout.writeSync(chunk));
socket.on("error", () => {});
