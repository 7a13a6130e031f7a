// Counted checks: idle connections over HTTP, stalled TLS handshakes, and a process without free descriptors.
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { writeCertificate } from "../../../tests/support/certificate.ts";
import { startOurs } from "../../servers.ts";
import { Caller, opened } from "../caller.ts";
import { OPENINGS, openMany, stillOpen } from "../sockets.ts";
import { until } from "../stage.ts";
import { type Counted, type CountedCheck, withScene } from "./counted.ts";

const IDLE = 120;
const MOST_HELD = 300;
const SETTLE_SECONDS = 5;

async function idlingOverHttp(): Promise<Counted> {
  return await withScene(async ({ server }) => {
    const to = () => ({ port: server.metricsPort, from: "127.0.66.1" });
    const kinds = Object.values(OPENINGS);
    const sockets = (await Promise.all(kinds.map((opening) => openMany(IDLE, to, opening)))).flat();
    await until(SETTLE_SECONDS, () => stillOpen(sockets) <= MOST_HELD);
    const held = stillOpen(sockets);
    sockets.forEach((socket) => socket.destroy());
    return { found: { opened: sockets.length, held }, most: { held: MOST_HELD } };
  });
}

/** Places of the anteroom, which holds connections during their handshakes. */
const PLACES = 512;
const STALLING_ADDRESSES = 8;
const HONEST = 10;

async function shakingHands(): Promise<Counted> {
  const directory = await Deno.makeTempDir({ prefix: "classcord-bench-" });
  try {
    const { cert, key, pem } = await writeCertificate(directory);
    return await withScene(async ({ server }) => {
      const port = server.running.tls!.port;
      const to = (i: number) => ({ port, from: `127.0.74.${1 + i % STALLING_ADDRESSES}` });
      const before = await openMany(PLACES - HONEST, to, "\x16");
      // The honest clients have connected before as many stalling ones follow as there are places.
      const honest = await Promise.all(Array.from({ length: HONEST }, async (_, i) => {
        const from = `127.0.75.${1 + i}`;
        const socket = connectTcp({ host: "127.0.0.1", port, localAddress: from });
        await opened(socket);
        socket.on("error", () => {});
        return socket;
      }));
      const after = await openMany(PLACES + 100, to, "\x16");
      let admitted = 0;
      await Promise.all(honest.map(async (socket) => {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        const secured = connectTls({ socket, ca: [pem], servername: "localhost" });
        secured.on("error", () => resolve(false));
        socket.on("close", () => resolve(false));
        secured.on("secureConnect", () => resolve(true));
        if (socket.destroyed) resolve(false);
        const secure = await promise;
        admitted += Number(secure);
      }));
      [...before, ...honest, ...after].forEach((socket) => socket.destroy());
      return { found: { honest: honest.length, admitted }, least: { admitted: HONEST } };
    }, { overrides: { tls: { cert, key } } });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const DESCRIPTORS = 512;
const CONNECTIONS = 700;

async function runningOut(): Promise<Counted> {
  const program = new URL("../../../main.ts", import.meta.url).pathname;
  const server = await startOurs({ program, descriptors: DESCRIPTORS, shippedLimits: true });
  let lives = 1;
  server.ended.then(() => lives = 0);
  try {
    const to = (i: number) => ({ port: server.port, from: `127.0.66.${1 + i % 4}` });
    const sockets = await openMany(CONNECTIONS, to, '{"type":"ping"}\n');
    await until(1, () => lives === 0);
    sockets.forEach((socket) => socket.destroy());
    const served = await until(10, async () => {
      const caller = await Caller.connect({ port: server.port, from: "127.0.67.1" })
        .catch(() => undefined);
      const answer = await caller?.ask({ type: "ping" }, 1_000);
      caller?.close();
      return answer?.["type"] === "pong";
    });
    return {
      found: { connections: sockets.length, lives, served: Number(served) },
      least: { lives: 1, served: 1 },
    };
  } finally {
    await server.stop();
  }
}

/** The checks. */
export const socketChecks: readonly CountedCheck[] = [
  {
    row: "9",
    what: "the HTTP connections of one address are limited",
    count: idlingOverHttp,
  },
  {
    row: "16",
    what: "stalled handshakes do not displace honest ones",
    count: shakingHands,
  },
  {
    row: "17",
    what: "a process without free descriptors stays alive, and serves again",
    count: runningOut,
  },
];
