// Tells systemd how the service is: ready, alive, stopping. https://www.freedesktop.org/software/systemd/man/sd_notify.html

import { quote } from "./log/text.ts";

/** The service manager that started this process, if it wants to be told. */
export interface ServiceManager {
  /** Both listeners are open and the database is. Begins to feed the watchdog, if there is one. */
  ready(status: string): void;
  /** The service is about to end. */
  stopping(): void;
  /** Stops feeding the watchdog and closes the socket. */
  close(): void;
}

const NOBODY: ServiceManager = { ready() {}, stopping() {}, close() {} };
/** How often the watchdog is fed within its time. */
const FEEDS_PER_TIMEOUT = 3;

/**
 * Connects to the manager that `NOTIFY_SOCKET` names: a path, or a name in the abstract namespace, which
 * begins with `@`. Without one, or where it cannot be reached, nobody is told.
 *
 * The watchdog is fed by a timer of the event loop: a loop that hangs feeds it no more, and systemd
 * restarts the service.
 *
 * @param environment `NOTIFY_SOCKET` and `WATCHDOG_USEC` of it are read.
 * @param failed Told why the manager cannot be reached.
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
    // A name in the abstract namespace needs no directory, and ends with the process.
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
    ready(status) {
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
