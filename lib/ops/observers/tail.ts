// Sends events to operators as they happen. Events have names and states, but never passwords or message contents.
import type { PeerInfo } from "../../net/peer.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { encodeLines, formatTime, jsonLine } from "../../protocol/reply.ts";
import { RECENT_MAX, type TailEvent } from "../../protocol/requests/operator.ts";
import type { ServerObserver } from "../../chat/observer.ts";
import type { Follower, Tail, TailOptions } from "../../chat/operations.ts";

// A follower that reads too slowly is disconnected, because its events wait in memory.
const MAX_QUEUED_BYTES = 1024 * 1024;

interface Told {
  readonly event: TailEvent;
  readonly line: string;
}

/** Keeps the latest events, and sends each event to the followers. */
export class EventTail implements Tail {
  readonly observer: ServerObserver;
  readonly #followers = new Map<Follower, ReadonlySet<TailEvent>>();
  readonly #recent: Told[] = [];
  readonly #now: () => number;

  /** @param now Returns the time of day, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
    this.observer = this.#observe();
  }

  /** See {@linkcode Tail.follow}. For a connection that already follows, the new options apply. */
  follow(peer: Follower, { events, recent }: TailOptions): void {
    const wanted = new Set(events);
    const known = this.#recent.filter(({ event }) => wanted.has(event));
    const lines = recent === 0 ? "" : known.slice(-recent).map(({ line }) => line).join("");
    if (lines !== "") peer.send(encodeLines(lines));
    this.#followers.set(peer, wanted);
    this.#forgetClosed();
  }

  #forgetClosed(): void {
    for (const peer of this.#followers.keys()) if (peer.closed) this.#followers.delete(peer);
  }

  #tell(event: TailEvent, members: JsonObject): void {
    const at = formatTime(this.#now());
    const line = jsonLine({ type: "event", event, at, ...members });
    if (event !== "messages" && event !== "refused") {
      this.#recent.push({ event, line });
      if (this.#recent.length > RECENT_MAX) this.#recent.shift();
    }
    if (this.#followers.size > 0) this.#send(event, line);
  }

  #send(event: TailEvent, line: string): void {
    const bytes = encodeLines(line);
    for (const [peer, wanted] of this.#followers) {
      if (peer.closed) this.#followers.delete(peer);
      else if (wanted.has(event)) {
        peer.send(bytes);
        if (peer.queuedBytes > MAX_QUEUED_BYTES) peer.close("slow_consumer");
      }
    }
  }

  #observe(): ServerObserver {
    return {
      accepted() {},
      connected: (peer) => this.#tell("connected", who(peer)),
      refusedConnection: (peer, limit) => this.#tell("refused_connection", { ...who(peer), limit }),
      disconnected: (peer, reason) => this.#tell("disconnected", { ...who(peer), reason }),
      endedUnheard() {},
      joined: (peer, user, kind) => this.#tell("joined", { ...who(peer), user, kind }),
      left: (peer, user) => this.#tell("left", { ...who(peer), user }),
      registered: (peer, user) => this.#tell("registered", { ...who(peer), user }),
      login: (peer, user, result) => this.#tell("login", { ...who(peer), user, result }),
      resumed() {},
      guessed: (user, network, failures) => this.#tell("guessing", { user, network, failures }),
      stateChanged: (peer, user, state) => this.#tell("state", { ...who(peer), user, state }),
      moderated: (_peer, { action, actor, target, channel, reason, until }) =>
        this.#tell("moderated", {
          action,
          by: actor,
          target: target ?? undefined,
          channel: channel ?? undefined,
          reason: reason === "" ? undefined : reason,
          until: until === null ? undefined : formatTime(until),
        }),
      commandRun() {},
      mailDelivered: (peer, messages) => this.#tell("mail", { ...who(peer), messages }),
      mailReturned() {},
      offence: (peer, offence) => this.#tell("offence", { ...who(peer), offence }),
      refusedRequest: (peer, code) => this.#tellIfWanted("refused", () => ({ ...who(peer), code })),
      delivered: ({ global, private: personal, deliveries }) =>
        this.#tellIfWanted("messages", () => ({ global, private: personal, deliveries })),
      storeFailed: (_error, messages) =>
        this.#tell("failure", { what: "messages could not be stored", messages }),
      handlerFailed: (peer, request) =>
        this.#tell("failure", { ...who(peer), what: `the handler of ${request} failed` }),
    };
  }

  // Events that may happen thousands of times per second are formatted only if a connection follows.
  #tellIfWanted(event: TailEvent, members: () => JsonObject): void {
    if (this.#followers.size > 0) this.#tell(event, members());
  }
}

function who({ id, address, port }: PeerInfo): JsonObject {
  return { conn: id, address, port };
}
