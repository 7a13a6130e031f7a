// A listening port with a gate, for tests of connections without a chat.
import { Admission } from "../../lib/net/admission.ts";
import type { ConnectionLimits } from "../../lib/net/connection.ts";
import type { Entrance } from "../../lib/net/entrance/entrance.ts";
import { Gate, type GateOptions, type Guard } from "../../lib/net/gate.ts";
import { ChatListener } from "../../lib/net/listener.ts";
import { errorLine } from "../../lib/protocol/reply.ts";

/** Options of a test listener. By default, there are no limits, no bans and no entrance. */
export interface TestListenerOptions
  extends
    Pick<GateOptions, "open" | "turns" | "departures" | "visited">,
    Partial<Omit<Guard, "errorLine">> {
  readonly host?: string;
  readonly limits?: Partial<ConnectionLimits>;
  readonly entrance?: Entrance | undefined;
  readonly nextId?: () => number;
  readonly acceptFailed?: (error: unknown) => void;
}

/** A listening port and its gate. */
export class TestListener {
  readonly gate: Gate;
  readonly admission: Admission;
  readonly #listener: ChatListener;

  constructor(options: TestListenerOptions) {
    const { open, turns, departures, visited, host = "127.0.0.1", limits, entrance } = options;
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
    this.#listener = new ChatListener({ host, port: 0, gate, entrance, nextId, acceptFailed });
  }

  /** The port that the system chose. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Stops accepting connections. */
  async close(): Promise<void> {
    this.gate.close();
    await this.#listener.close();
  }

  /** Resolves when all connections have ended. They are closed after `within` milliseconds. */
  async finish(within: number): Promise<void> {
    await this.gate.finish(within);
  }
}

function fail(error: unknown): void {
  throw error;
}
