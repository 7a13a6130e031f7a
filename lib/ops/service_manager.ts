// Reports the state of the service to systemd: ready, alive, stopping.
// https://www.freedesktop.org/software/systemd/man/sd_notify.html

import { quote } from "./log/text.ts";

/** The service manager that started this process. */
export interface ServiceManager {
  /** Reports what a start waits for. From then on, it may take as long as it needs, while the event loop runs. */
  starting(status: string): void;
  /** Reports that the listeners and the database are open. Starts the watchdog messages, if a watchdog is set. */
  ready(status: string): void;
  /** Reports that the service is stopping. */
  stopping(): void;
  /** Stops the watchdog messages and closes the socket. */
  close(): void;
}

const NOBODY: ServiceManager = { starting() {}, ready() {}, stopping() {}, close() {} };
/** How many watchdog messages are sent per timeout. */
const FEEDS_PER_TIMEOUT = 3;
/** How much longer a start may take, in milliseconds, with each message. */
const EXTENSION_MS = 60_000;

/**
 * Connects to the manager in `NOTIFY_SOCKET`: a path, or a name in the abstract namespace, which begins with `@`. If
 * it is not set or cannot be reached, nothing is reported.
 *
 * A timer of the event loop sends the watchdog messages. If the event loop hangs, they stop, and systemd restarts the
 * service.
 *
 * @param environment Its `NOTIFY_SOCKET` and `WATCHDOG_USEC` are read.
 * @param failed Called with the reason if the manager cannot be reached.
 */
export function connectServiceManager(
  environment: Readonly<Record<string, string>>,
  failed: (error: unknown) => void,
): ServiceManager {
  const { NOTIFY_SOCKET: address = "", WATCHDOG_USEC: timeout } = environment;
  if (address === "") return NOBODY;
  if (!/^[/@]./.test(address)) {
    failed(new Error(`NOTIFY_SOCKET: expected a path or a name after @, got ${quote(address)}`));
    return NOBODY;
  }
  const to = address.replace(/^@/, "\0");
  let socket: Deno.DatagramConn;
  try {
    // A name in the abstract namespace needs no directory, and disappears with the process.
    const path = `\0classcord-notify-${crypto.randomUUID()}`;
    socket = Deno.listenDatagram({ transport: "unixpacket", path });
  } catch (error) {
    failed(error);
    return NOBODY;
  }
  const encoder = new TextEncoder();
  const tell = (state: string) => {
    socket.send(encoder.encode(state), { transport: "unixpacket", path: to }).catch(failed);
  };
  let feeding: ReturnType<typeof setInterval> | undefined;
  return {
    starting(status) {
      const extend = () => tell(`EXTEND_TIMEOUT_USEC=${EXTENSION_MS * 1000}\nSTATUS=${status}`);
      extend();
      feeding = setInterval(extend, EXTENSION_MS / FEEDS_PER_TIMEOUT);
    },
    ready(status) {
      clearInterval(feeding);
      tell(`READY=1\nSTATUS=${status}`);
      const milliseconds = Number(timeout ?? 0) / 1000 / FEEDS_PER_TIMEOUT;
      if (milliseconds > 0) feeding = setInterval(() => tell("WATCHDOG=1"), milliseconds);
    },
    stopping: () => tell("STOPPING=1"),
    close() {
      clearInterval(feeding);
      socket.close();
    },
  };
}
