// A client on the far side of a cable: joins, prints each line that comes, and says nothing more.
import { connect } from "node:net";

const [host = "", port = "0", first = "{}"] = Deno.args;
const socket = connect({ host, port: Number(port) }, () => socket.write(`${first}\n`));
socket.on("data", (chunk: Uint8Array) => Deno.stdout.writeSync(chunk));
socket.on("error", () => {});
