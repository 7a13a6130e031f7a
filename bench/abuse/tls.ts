// Row 16: stalled TLS handshakes, and honest ones beside them.
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { writeCertificate } from "../../tests/support/certificate.ts";
import { freePort, type OurOptions } from "../servers.ts";
import { type Attack, type Outcome, sleep, type Stage } from "./attack.ts";
import { opened } from "./caller.ts";

const ADDRESSES = 120;
const FROM_EACH = 8;
const HANDSHAKE_MS = 8_000;

async function withCertificate(directory: string): Promise<OurOptions> {
  const { cert, key } = await writeCertificate(directory, { name: "bench" });
  const port = String(freePort());
  const environment = {
    CLASSCORD_TLS_CERT: cert,
    CLASSCORD_TLS_KEY: key,
    CLASSCORD_TLS_PORT: port,
  };
  return { environment };
}

async function run(stage: Stage): Promise<Outcome> {
  const ca = Deno.readTextFileSync(`${stage.dataDir}/bench.crt`);
  const honest = (from: string) => handshake({ port: stage.tlsPort, from, ca });
  const storm = stage.quick ? 200 : 1_000;
  const together = await Promise.all(
    Array.from({ length: storm }, (_, i) => honest(`127.0.73.${1 + i % 25}`)),
  );
  let running = true;
  const stalling = Array.from(
    { length: ADDRESSES * FROM_EACH },
    (_, i) => stall(stage.tlsPort, `127.0.74.${1 + i % ADDRESSES}`, () => running),
  );
  await sleep(1_000);
  let tried = 0;
  let done = 0;
  for (const end = performance.now() + stage.seconds * 1000; performance.now() < end;) {
    tried++;
    if (await honest("127.0.75.1")) done++;
    await sleep(100);
  }
  running = false;
  await Promise.all(stalling);
  const refusedTogether = together.filter((ok) => !ok).length;
  const figures = { [`refused of ${storm} honest`]: refusedTogether, tried, "admitted": done };
  const missed = [
    ...(refusedTogether > 0 ? [`all of ${storm} honest handshakes succeed`] : []),
    ...(done < tried ? ["every honest handshake succeeds during the attack"] : []),
  ];
  return { figures, missed };
}

interface Handshake {
  readonly port: number;
  readonly from: string;
  readonly ca: string;
}

/** Whether a client can connect over TLS and receives an answer. */
async function handshake({ port, from, ca }: Handshake): Promise<boolean> {
  const socket = connectTcp({ host: "127.0.0.1", port, localAddress: from });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), HANDSHAKE_MS);
  try {
    await opened(socket);
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
    const secured = connectTls({ socket, ca: [ca], servername: "localhost" });
    secured.on("error", () => resolve(false));
    secured.on("secureConnect", () => secured.write('{"type":"ping"}\n'));
    secured.on("data", () => resolve(true));
    return await promise;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Connects without a complete handshake. When the server closes the connection, it connects again. */
async function stall(port: number, from: string, running: () => boolean): Promise<void> {
  while (running()) {
    const socket: Socket = connectTcp({ host: "127.0.0.1", port, localAddress: from });
    try {
      await opened(socket);
      socket.on("error", () => {});
      // The beginning of a ClientHello, without the rest.
      socket.write(new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00]));
      const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.on("end", () => socket.destroy());
      socket.resume();
      while (running() && !socket.destroyed) await Promise.race([ended, sleep(200)]);
    } catch {
      await sleep(50);
    }
    socket.destroy();
  }
}

/** The row. */
export const stalling: Attack = {
  row: "16",
  title: "stalls TLS handshakes from 120 addresses; 1,000 honest ones at once",
  before: "one honest client in three gets in; 22 of 1,000 honest ones are evicted",
  server: withCertificate,
  worstMs: 250,
  crowd: true,
  run,
};
