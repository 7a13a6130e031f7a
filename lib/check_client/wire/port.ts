// The port that clients connect to. It bounds the connections, the lines and the bytes of one run.
import type { Limits } from "../checks.ts";
import { acceptAll } from "../../net/accept_loop.ts";
import type { Clock } from "../../ops/background.ts";
import { Link } from "./link.ts";
import type { SentLine } from "./sent_lines.ts";

/** What happens on the port. */
export interface PortEvents {
  readonly opened: (link: Link) => void;
  readonly line: (link: Link, line: SentLine) => void;
  readonly closed: (link: Link) => void;
  /** More has arrived than one run may take. */
  readonly flooded: () => void;
}

/** A port that accepts connections until it is disposed. */
export class Port implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #links = new Set<Link>();
  readonly #accepting: Promise<void>;
  #events: PortEvents | undefined;
  #arrivals = 0;
  #lines = 0;
  #bytes = 0;
  #closed = false;

  /** Takes a listener over, and accepts. Until {@linkcode watch}, connections are closed at once. */
  constructor(listener: Deno.TcpListener, { limits, clock }: { limits: Limits; clock: Clock }) {
    this.#listener = listener;
    this.#limits = limits;
    this.#clock = clock;
    this.#accepting = acceptAll({
      listener,
      take: (conn) => this.#take(conn),
      isClosed: () => this.#closed,
      failed: () => {},
    });
  }

  /** Sets who is told what happens. */
  watch(events: PortEvents): void {
    this.#events = events;
  }

  /** The open connections, the oldest first. */
  get links(): readonly Link[] {
    return [...this.#links];
  }

  #take(conn: Deno.TcpConn): void {
    const events = this.#events;
    if (events === undefined || this.#links.size >= this.#limits.connections) return closed(conn);
    if (++this.#arrivals > this.#limits.arrivals) {
      closed(conn);
      return events.flooded();
    }
    conn.setNoDelay(true);
    const link = new Link(conn, {
      limits: this.#limits,
      clock: this.#clock,
      events: {
        line: (link, line) => {
          if (++this.#lines > this.#limits.lines) return events.flooded();
          events.line(link, line);
        },
        received: (bytes) => {
          this.#bytes += bytes;
          if (this.#bytes <= this.#limits.bytes) return true;
          events.flooded();
          return false;
        },
        closed: (link) => {
          this.#links.delete(link);
          events.closed(link);
        },
      },
    });
    this.#links.add(link);
    events.opened(link);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#listener.close();
    const links = this.links;
    for (const link of links) link.close();
    await Promise.all([this.#accepting, ...links.map(({ done }) => done)]);
  }
}

function closed(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // The client has closed it already.
  }
}
