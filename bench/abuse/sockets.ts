// Rows 9 and 17: idle connections, until a process has no free descriptor.
import { connect, type Socket } from "node:net";
import { type Attack, type Outcome, sleep, type Stage } from "./attack.ts";
import { opened } from "./caller.ts";
import { until } from "./stage.ts";

const HTTP_DESCRIPTORS = 1_024;
/** Connections of each kind. Together they are more than the descriptors of the process. */
const EACH = 350;
const CHAT_DESCRIPTORS = 512;
/** The server closes a connection whose HTTP head takes longer than 10 s. */
const HEAD_SECONDS = 15;

/** What an idle connection to an HTTP server sends first. */
export const OPENINGS: Readonly<Record<string, string>> = {
  nothing: "",
  "half a head": "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
  "a request, then nothing": "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
  "half a body": "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx",
  "the chat's line": '{"type":"ping"}\n',
};

/** Opens connections that send a little and wait. Connections that the server does not accept are left out. */
export async function openMany(
  count: number,
  to: (i: number) => { port: number; from: string },
  opening: string,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: Math.min(50, count - at) }, async (_, i) => {
      const { port, from } = to(at + i);
      const socket = connect({ host: "127.0.0.1", port, localAddress: from });
      await opened(socket);
      socket.on("error", () => {});
      socket.on("data", () => {});
      socket.on("end", () => socket.destroy());
      if (opening !== "") socket.write(opening);
      sockets.push(socket);
    });
    await Promise.allSettled(some);
  }
  return sockets;
}

/** Counts the sockets that the server has not closed. */
export function stillOpen(sockets: readonly Socket[]): number {
  return sockets.filter(({ destroyed }) => !destroyed).length;
}

async function idleHttp(stage: Stage): Promise<Outcome> {
  const figures: Record<string, number> = {};
  const missed: string[] = [];
  const to = (i: number) => ({ port: stage.metricsPort, from: stage.address(i) });
  const all: Socket[] = [];
  for (const [what, opening] of Object.entries(OPENINGS)) {
    const sockets = await openMany(EACH, to, opening);
    all.push(...sockets);
    await sleep(500);
    figures[`${what}: held`] = stillOpen(sockets);
  }
  figures["held in all"] = stillOpen(all);
  await sleep(stage.seconds * 1000);
  if (!stage.quick) {
    await until(HEAD_SECONDS, () => stillOpen(all) === 0);
    figures[`held after ${HEAD_SECONDS} s`] = stillOpen(all);
  }
  all.forEach((socket) => socket.destroy());
  if (!await until(10, () => isHealthy(stage.metricsPort))) missed.push("/healthz answers again");
  return { figures, missed };
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, {
      signal: AbortSignal.timeout(2_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function exhaust(stage: Stage): Promise<Outcome> {
  const to = (i: number) => ({ port: stage.port, from: `127.0.66.${1 + i % 8}` });
  const sockets = await openMany(CHAT_DESCRIPTORS + 200, to, '{"type":"ping"}\n');
  const http = await openMany(
    100,
    (i) => ({ port: stage.metricsPort, from: stage.address(i) }),
    "GET / HTTP/1.1\r\n",
  );
  await sleep(stage.seconds * 1000);
  const figures = { accepted: sockets.length, held: stillOpen(sockets) };
  [...sockets, ...http].forEach((socket) => socket.destroy());
  const missed: string[] = [];
  const joins = await until(20, async () => {
    const guest = await stage.callFrom("127.0.72.1").catch(() => undefined);
    const answer = await guest?.ask({ type: "ping" }, 2_000);
    guest?.close();
    return answer?.["type"] === "pong";
  });
  if (!joins) missed.push("new connections are served again");
  return { figures, missed };
}

/** The rows. */
export const idling: Attack = {
  row: "9",
  title: "opens idle or half-open HTTP connections to the metrics port",
  before: "no limit and no timeout; without descriptors the process ends",
  server: () => Promise.resolve({ descriptors: HTTP_DESCRIPTORS }),
  run: idleHttp,
};
export const exhausting: Attack = {
  row: "17",
  title: "opens more connections than the process may have descriptors",
  before: "the server ends",
  server: () => Promise.resolve({ descriptors: CHAT_DESCRIPTORS }),
  logins: false,
  run: exhaust,
};
