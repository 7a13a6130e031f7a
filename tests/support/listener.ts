// A port with a gate of its own, for tests of connections without a chat.
import type { Adopt } from "../../lib/net/adopted_socket.ts";
import { Admission } from "../../lib/net/admission.ts";
import type { ConnectionLimits } from "../../lib/net/connection.ts";
import type { Entrance } from "../../lib/net/entrance/entrance.ts";
import { Gate, type GateOptions, type Guard } from "../../lib/net/gate.ts";
import { ChatListener } from "../../lib/net/listener.ts";
import { errorLine } from "../../lib/protocol/reply.ts";

/** What a test wants otherwise. Without limits, bans or an entrance there are none. */
export interface TestListenerOptions
  extends
    Pick<GateOptions, "open" | "turns" | "departures" | "visited">,
    Partial<Omit<Guard, "errorLine">> {
  readonly host?: string;
  readonly limits?: Partial<ConnectionLimits>;
  readonly entrance?: Entrance | undefined;
  readonly adopt?: Adopt | undefined;
  readonly nextId?: () => number;
  readonly acceptFailed?: (error: unknown) => void;
}

/** A port and its gate. */
export class TestListener {
  readonly gate: Gate;
  readonly admission: Admission;
  readonly #listener: ChatListener;

  constructor(options: TestListenerOptions) {
    const { open, turns, departures, visited, host = "127.0.0.1", limits, entrance, adopt } =
      options;
    const { isBanned = () => undefined, refused = () => {}, acceptFailed = fail } = options;
    let lastId = 0;
    const nextId = options.nextId ?? (() => ++lastId);
    this.admission = options.admission ??
      new Admission({ connections: 0, connectionsPerAddress: 0 });
    this.gate = new Gate({
      limits: { lineBytes: 1000, outboxBytes: 0, ...limits },
      turns,
      departures,
      guard: {
        admission: this.admission,
        isBanned,
        errorLine: (error) => errorLine(error, error.message),
        refused,
      },
      open,
      visited,
    });
    const { gate } = this;
    this.#listener = new ChatListener({
      host,
      port: 0,
      gate,
      entrance,
      adopt,
      nextId,
      acceptFailed,
    });
  }

  /** The port the system chose. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Accepts no more. */
  async close(): Promise<void> {
    this.gate.close();
    await this.#listener.close();
  }

  /** Resolves when every connection has ended; after `within` milliseconds they are cut off. */
  async finish(within: number): Promise<void> {
    await this.gate.finish(within);
  }
}

function fail(error: unknown): void {
  throw error;
}
