// What a node does while it is cut off from its cluster: a stand-in answers its connections, later they are closed, and new
// ones are refused. The same happens when the node stops.
import { CUT_OFF_MS, GIVE_UP_MS, type Stage } from "../../cluster/contact.ts";
import type { CoveredCore } from "../../cluster/edges/covered_core.ts";
import type { FarCore } from "../../cluster/edges/far_core.ts";
import type { ProtocolError } from "../../protocol/errors.ts";
import { errorText } from "../../ops/log/text.ts";
import {
  cutOffError,
  refusesCutOff,
  refusesStopping,
  StandInChat,
  type StandInParts,
} from "./stand_in.ts";

/** What it works with. */
export interface CutOffParts extends StandInParts {
  readonly core: FarCore;
  /** The core as the edge sees it. */
  readonly covered: CoveredCore;
}

/** How long a node that stops waits for what its users have asked for, in milliseconds. */
const FINISH_MS = 2_000;
const LOOK_MS = 20;

/** Follows the contact of the node. */
export class CutOff {
  readonly #parts: CutOffParts;
  #stage: Stage = "well";
  #standIn: StandInChat | undefined;

  constructor(parts: CutOffParts) {
    this.#parts = parts;
  }

  /** The error for new connections; `undefined` while they are accepted. */
  readonly refusal = (): ProtocolError | undefined =>
    this.#stage === "given up" ? cutOffError() : undefined;

  /** Why the node is not ready; `undefined` while it is. */
  readonly reason = (): string | undefined =>
    this.#stage === "well" ? undefined : "this server is cut off from its cluster";

  /** The contact has another stage. */
  readonly changed = (stage: Stage): void => {
    const { base: { log }, core } = this.#parts;
    this.#stage = stage;
    if (stage === "well") {
      log.write("info", "CLUSTER", "this server is in contact with its cluster again");
      return this.close();
    }
    this.#begin(
      `cut off from the cluster for ${CUT_OFF_MS / 1000} s: messages and changes are refused`,
    );
    if (stage === "cut off") return;
    const seconds = GIVE_UP_MS / 1000;
    const text = `cut off from the cluster for ${seconds} s: connections are closed and refused`;
    log.write("warning", "CLUSTER", text);
    core.forsake();
    this.#standIn?.giveUp(this.#forsaken()).catch((error) => this.#failed(error));
  };

  /**
   * The leader has given this node up, because it did not hear it for too long. What others have said since did not come
   * here, so the users have to connect again.
   */
  readonly lost = (): void => {
    const forsaken = this.#forsaken();
    if (forsaken.size === 0) return;
    const why = "the leader has not heard this server for too long: connections are closed";
    this.#begin(why, forsaken);
    this.#letGo(forsaken).catch((error) => this.#failed(error));
  };

  async #letGo(forsaken: ReadonlySet<number>): Promise<void> {
    const { covered, edge, core } = this.#parts;
    const standIn = this.#standIn;
    // What was not done when the leader gave this node up is not done any more.
    await until(() => covered.isServed, FINISH_MS);
    await standIn?.giveUp(forsaken);
    // Without a stand-in, nobody is told.
    for (const { view: { id, closed } } of core.open) {
      if (forsaken.has(id) && !closed) {
        edge.deliver([{ kind: "close", to: id, reason: "shutdown" }]);
      }
    }
    if (this.#standIn !== standIn) return;
    this.close();
    // Contact may have been lost meanwhile, for all connections.
    if (this.#stage !== "well") this.changed(this.#stage);
  }

  /**
   * The node stops: tells its users, and closes their connections once what they have asked for is done.
   *
   * @param reason Shown to the users.
   */
  async stop(reason = ""): Promise<void> {
    const { core, covered } = this.#parts;
    const isWell = this.#stage === "well";
    this.close();
    try {
      const standIn = this.#standIn = new StandInChat(this.#parts, refusesStopping);
      covered.cover(standIn);
      if (isWell) await until(() => core.isIdle, FINISH_MS);
      await standIn.stop(reason);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Ends what it does. */
  close(): void {
    this.#parts.covered.cover(undefined);
    this.#standIn?.close();
    this.#standIn = undefined;
  }

  #forsaken(): ReadonlySet<number> {
    const forsaken = this.#parts.core.open.filter(({ isForsaken }) => isForsaken);
    return new Set(forsaken.map(({ view }) => view.id));
  }

  #begin(why: string, only?: ReadonlySet<number>): void {
    if (this.#standIn !== undefined) return;
    this.#parts.base.log.write("warning", "CLUSTER", why);
    try {
      this.#standIn = new StandInChat(this.#parts, refusesCutOff);
      this.#parts.covered.cover(this.#standIn, only);
      this.#parts.covered.takeBack();
    } catch (error) {
      this.#failed(error);
    }
  }

  // Requests wait then, as before.
  #failed(error: unknown): void {
    const text = `serving while cut off failed: ${errorText(error)}`;
    this.#parts.base.log.write("error", "CLUSTER", text);
  }
}

/** Waits until something is true, for some milliseconds at most. */
export async function until(isTrue: () => boolean, within: number): Promise<void> {
  const end = performance.now() + within;
  while (!isTrue() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
