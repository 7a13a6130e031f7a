// An edge in another process, on the leader's side. It serves the events of its connections as if they were here: in
// the order of each connection, in turn with other addresses.
import type { Edge, OpenOptions, Output } from "../../edge/edge.ts";
import { networkKey } from "../../net/address.ts";
import type { Described, EdgeEvent, LastingEvent } from "./events.ts";
import { decodeState } from "./described_state.ts";
import { EdgeClock, FarView } from "./far_view.ts";
import type { RemoteEdgeParts } from "./remote_edge_parts.ts";

type Numbered = LastingEvent & { readonly number: number };

/** A connection, with its events that wait. */
interface Served {
  readonly view: FarView;
  readonly described: Described;
  readonly network: string;
  readonly queue: Numbered[];
  isServing: boolean;
  /** The number of its last event that has arrived. */
  last: number;
  /** Whether the core knows it. */
  isOpen: boolean;
  /** Whether it was open under an earlier leader, and its edge has not confirmed that it still is. */
  isExpected: boolean;
}

/** An edge in another process. Its output travels with the batches of the log. */
export class RemoteEdge implements Edge {
  /** See {@linkcode Edge.name}. */
  readonly name: string;
  readonly #parts: RemoteEdgeParts;
  readonly #clock: EdgeClock;
  readonly #connections = new Map<number, Served>();
  #isLost = false;

  constructor(name: string, parts: RemoteEdgeParts) {
    this.name = name;
    this.#parts = parts;
    this.#clock = new EdgeClock(parts.now);
  }

  /** The number of connections. */
  get size(): number {
    return this.#connections.size;
  }

  /** A frame of the edge has arrived. @param sentAt On the clock of the edge. */
  arrived(sentAt: number): void {
    this.#clock.arrived(sentAt);
  }

  /** See {@linkcode Edge.deliver}. The edge has the output from the log. */
  deliver(): void {}

  /** Returns how its edge described a connection. */
  describe(connection: number): Described | undefined {
    return this.#connections.get(connection)?.described;
  }

  /** Restores a connection that the log has. */
  expect(connection: number, described: Described, state: string): void {
    const served = this.#enter(connection, described);
    served.isExpected = true;
    this.#parts.admitting?.restore(served.view);
    this.#restore(served, state, false);
  }

  /** Serves an event. Those of one connection come in order, each once. */
  receive(event: EdgeEvent): void {
    const { connection } = event;
    if (event.kind === "known") return this.#know(event);
    if (event.kind === "complete") return this.#endExpected();
    const served = this.#connections.get(connection);
    if ("number" in event) {
      if (event.kind === "opened") return this.#open(connection, event);
      if (served === undefined || event.number <= served.last) return;
      served.last = event.number;
      this.#queue(served, event);
    } else if (served === undefined) {
      return;
    } else if (event.kind === "forgotten") {
      this.#parts.core.forgotten(connection, event.receipts);
    } else {
      served.view.update(event.reading);
      if (event.kind === "taken") this.#parts.core.taken(connection, event.receipt);
    }
  }

  /** Another node leads: what is still being served has no effect. */
  abandon(): void {
    this.#isLost = true;
    for (const { queue, view } of this.#connections.values()) {
      queue.length = 0;
      view.closed = true;
    }
  }

  /** The edge is lost: its connections have ended. @param most How many to end now. @returns Whether all have. */
  lost(most: number): boolean {
    this.#isLost = true;
    for (const served of this.#connections.values().take(most)) this.#end(served);
    return this.#connections.size === 0;
  }

  #endExpected(): void {
    for (const served of [...this.#connections.values()]) {
      if (served.isExpected) this.#end(served);
    }
  }

  #end(served: Served): void {
    const { view, isOpen } = served;
    served.queue.length = 0;
    view.closed = true;
    if (isOpen) {
      this.#parts.core.ended(view.id, "error");
      this.#parts.core.closed(view.id);
      this.#parts.admitting?.release(view);
    }
    // What was reported of its end was about a connection of this edge.
    this.#connections.delete(view.id);
  }

  #open(id: number, { number, view: described }: Numbered & { readonly kind: "opened" }): void {
    const { core, admitting } = this.#parts;
    const served = this.#enter(id, described);
    served.last = number;
    const refusal = admitting?.admit(served.view);
    if (refusal === undefined) {
      served.isOpen = true;
      core.opened(this, served.view, optionsOf(described));
    } else {
      this.#add({ kind: "reply", to: id, bytes: refusal.lines });
      this.#add({ kind: "close", to: id, reason: refusal.reason });
    }
    this.#parts.done(id, number);
  }

  #know({ connection, view, done, state }: EdgeEvent & { readonly kind: "known" }): void {
    const expected = this.#connections.get(connection);
    const served = expected ?? this.#enter(connection, view);
    served.last = done;
    served.isExpected = false;
    if (expected !== undefined) return served.view.confirm(view);
    served.view.update(view);
    // Without a state, it was not admitted or is being closed.
    const refusal = state.length === 0
      ? { reason: "error" as const }
      : this.#parts.admitting?.admit(served.view);
    if (refusal === undefined) return this.#restore(served, decodeState(state).state, true);
    this.#add({ kind: "close", to: connection, reason: refusal.reason });
  }

  #restore(served: Served, state: string, isBack: boolean): void {
    const { view, described } = served;
    served.isOpen = true;
    this.#parts.restore(this, view, { options: optionsOf(described), state, isBack });
  }

  #enter(id: number, described: Described): Served {
    const view = new FarView(id, described, this.#clock);
    const network = networkKey(view.address);
    const served: Served = {
      view,
      described,
      network,
      queue: [],
      isServing: false,
      last: 0,
      isOpen: false,
      isExpected: false,
    };
    this.#connections.set(id, served);
    return served;
  }

  #queue(served: Served, event: Numbered): void {
    if (event.kind === "ended") {
      // A client that has closed its half still receives the replies to its requests.
      if (event.reason === "client") served.view.hungUp = true;
      else served.view.closed = true;
    }
    served.queue.push(event);
    if (!served.isServing) this.#serveNext(served);
  }

  #serveNext(served: Served): void {
    const { queue, network } = served;
    const { turns, now } = this.#parts;
    served.isServing = true;
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      const { number } = event;
      const work = this.#work.bind(this, served, event);
      const pending = turns.free(now()) ? work() : turns.run(network, work);
      if (pending !== undefined) {
        pending.then(() => {
          // The edge sends the event again to its next session.
          if (this.#isLost) return;
          this.#parts.done(served.view.id, number);
          this.#serveNext(served);
        });
        return;
      }
      this.#parts.done(served.view.id, number);
    }
    served.isServing = false;
  }

  #work(served: Served, event: Numbered): void | Promise<void> {
    const { view, isOpen } = served;
    const { core } = this.#parts;
    if (!isOpen) return this.#workRefused(served, event);
    switch (event.kind) {
      case "line": {
        view.heard(event.readAt);
        return core.line(view.id, event.text, this.#clock.convert(event.readAt));
      }
      case "overlong":
        return core.overlong(view.id, event.error);
      case "metrics":
        return core.metrics(view.id);
      case "acted":
        return core.acted(view.id, event.act);
      case "ended":
        view.closed = true;
        // An orderly end is a sign of life, also from before this leader.
        if (event.reason === "client") view.heard(Infinity);
        return core.ended(view.id, event.reason);
      case "closed":
        core.closed(view.id);
        this.#connections.delete(view.id);
        this.#parts.admitting?.release(view);
    }
  }

  #workRefused(served: Served, event: Numbered): void {
    if (event.kind === "ended") this.#add({ kind: "finish", to: served.view.id });
    if (event.kind === "closed") this.#connections.delete(served.view.id);
  }

  #add(output: Output): void {
    this.#parts.add(this, output);
  }
}

function optionsOf({ operator, bringsLines }: Described): OpenOptions {
  return operator === undefined ? { bringsLines } : { bringsLines, operator };
}
