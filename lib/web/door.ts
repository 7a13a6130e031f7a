// The door for browsers. It serves the page over HTTP, and upgrades requests for `/ws` to WebSockets. The gate of the
// chat then admits or rejects a WebSocket like any other connection.
import { HttpConnections } from "../http/connections.ts";
import type { HttpReply, HttpTimes } from "../http/conversation.ts";
import type { HttpError, HttpRequest } from "../http/head.ts";
import { networkKey } from "../net/address.ts";
import type { Admission } from "../net/admission.ts";
import type { Arrival, Visit } from "../net/arrival.ts";
import type { ByteStream } from "../net/byte_stream.ts";
import type { ConnectionLimits } from "../net/connection_limits.ts";
import { ReadAhead } from "../net/entrance/read_ahead.ts";
import type { PlacesLimits } from "../net/turns/places.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { forwardedSender, isForwarded, type Sender } from "../net/web/forwarded.ts";
import { Frames } from "../net/web/frames.ts";
import type { WebOutcome } from "../net/web/outcomes.ts";
import { type SignsOptions, watchSigns } from "../net/web/signs_of_life.ts";
import { type WebSocketShared, WebSocketStream } from "../net/web/web_socket_stream.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Assets } from "./assets.ts";
import { isOwnHost, isOwnOrigin } from "./origin.ts";
import { fileReply, plainReply } from "./replies.ts";
import type { WebRules } from "./rules.ts";
import { securityHeaders } from "./security_headers.ts";
import { answerUpgrade } from "./upgrade.ts";

/** What the door works with. */
export interface DoorOptions extends Pick<SignsOptions, "now" | "after"> {
  readonly rules: WebRules;
  readonly assets: () => Assets;
  /** The limits of each WebSocket. */
  readonly limits: ConnectionLimits;
  /** Counts the door's connections in the total of all connections. */
  readonly admission: Admission;
  readonly isBanned: (address: string) => ProtocolError | undefined;
  readonly errorText: (error: ProtocolError) => string;
  /** Returns the number of the next WebSocket. */
  readonly nextId: () => number;
  /** Called with each new WebSocket. */
  readonly receive: (arrival: Arrival) => void;
  /** Called with the outcome of each request. */
  readonly counted: (outcome: WebOutcome) => void;
  /** Called with the error if a request fails because of a bug. The client gets status 500. */
  readonly failed: (error: unknown) => void;
  /** See {@linkcode Turnstile}. */
  readonly later?: Later;
  readonly places?: PlacesLimits;
  readonly times?: HttpTimes;
}

/** The path of WebSockets. */
export const SOCKET_PATH = "/ws";

// The path of a link to a room by its code.
const JOIN_PATH = /^\/j\/[A-Za-z0-9_-]{1,64}$/;
// A browser opens up to six connections, and a class shares one address.
const PLACES: PlacesLimits = { total: 1_024, perNetwork: 256 };
const TIMES: HttpTimes = { head: 10_000, idle: 5_000, reply: 30_000, linger: 1_000 };
const REQUESTS_MAX = 20;
// The fatal alert "handshake failure". After it, browsers that try HTTPS first use HTTP.
const TLS_ALERT = Uint8Array.of(0x15, 3, 1, 0, 2, 2, 40);

/** Owns the HTTP connections of browsers, and sends pings over the open WebSockets. */
export class Door {
  readonly #options: DoorOptions;
  readonly #connections: HttpConnections;
  readonly #shared: WebSocketShared;
  readonly #unwatch: () => void;

  constructor(options: DoorOptions) {
    const { places = PLACES, later, limits, now, after } = options;
    this.#options = options;
    this.#connections = new HttpConnections(places, later);
    this.#shared = { frames: new Frames(), limits, open: new Set() };
    this.#unwatch = watchSigns({ open: this.#shared.open, now, after });
  }

  /** Serves a connection whose first bytes are not lines. */
  visit({ arrival, kind, first }: Visit): void {
    const { stream, peer } = arrival;
    const { admission, counted, failed, rules, times = TIMES } = this.#options;
    const release = admission.hold();
    if (release === undefined) {
      counted("full");
      return closeQuietly(stream);
    }
    if (kind === "tls") counted("tls");
    this.#connections.take({
      // The clients of a proxy share its address, and theirs are not known before the request. So each connection of a
      // proxy counts as a network of its own.
      network: rules.isProxy(peer.address) ? `proxy ${peer.id}` : networkKey(peer.address),
      ready: () => stream,
      close: () => closeQuietly(stream),
      answer: (request) => this.#answer(request, { arrival, release }),
      refuse: (error) => this.#refuse(error),
      first,
      instead: kind === "tls" ? TLS_ALERT : undefined,
      requestsMax: REQUESTS_MAX,
      times,
      failed,
    }).finally(release);
  }

  /** Finishes the HTTP connections. Those that are left after `within` milliseconds are closed. */
  async finish(within: number): Promise<void> {
    this.#unwatch();
    await this.#connections.finish(within);
  }

  #answer(request: HttpRequest, visitor: Visitor): HttpReply {
    const host = request.fields.get("host")?.[0];
    const sender = this.#senderOf(request, visitor.arrival);
    const { rules: { hsts } } = this.#options;
    const { outcome, reply } = this.#reply(request, { host, sender, visitor });
    this.#options.counted(outcome);
    const headers = securityHeaders({ host, secure: sender.secure, hsts });
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }

  #reply(request: HttpRequest, { host, sender, visitor }: Asked): Answer {
    const { rules, assets, isBanned, errorText } = this.#options;
    const { method, path, fields } = request;
    if (!isOwnHost(host, rules)) {
      return answer("foreign_host", 403, "The name of this server is not in web.hosts.");
    }
    if (path === SOCKET_PATH && rules.enabled) {
      return this.#upgrade(request, { host, sender, visitor });
    }
    if (method !== "GET" && method !== "HEAD") {
      const reply = plainReply(405, `Expected GET or HEAD, got ${method}.`);
      return { outcome: "bad_request", reply: withHeaders(reply, { allow: "GET, HEAD" }) };
    }
    if (JOIN_PATH.test(path) && rules.enabled) {
      // The page reads the code from the fragment. It must be at `/`, because its links are relative to its path.
      const location = `../#${path}`;
      const reply = plainReply(302, "The page reads the code.");
      return { outcome: "served", reply: withHeaders(reply, { location }) };
    }
    const ban = isBanned(sender.address);
    if (ban !== undefined) return answer("banned", 403, errorText(ban));
    const asset = rules.enabled ? assets().find(path, rules.className) : undefined;
    if (asset === undefined) return answer("not_found", 404, "There is no page here.");
    return { outcome: "served", reply: fileReply(asset, fields) };
  }

  #upgrade(request: HttpRequest, { host, sender, visitor }: Asked): Answer {
    const { rules, receive, nextId } = this.#options;
    const [origin, ...others] = request.fields.get("origin") ?? [];
    if (others.length > 0 || !isOwnOrigin(origin, host, rules)) {
      const text = "Pages of other servers may not connect. Add the origin to web.origins.";
      return answer("foreign_origin", 403, text);
    }
    const upgrade = answerUpgrade(request);
    if (upgrade.status !== 101) {
      const reply = plainReply(upgrade.status, upgrade.message);
      return { outcome: "bad_request", reply: withHeaders(reply, upgrade.headers) };
    }
    const { arrival: { peer, wire }, release } = visitor;
    const take = (stream: ByteStream, rest: Uint8Array) => {
      release();
      receive({
        stream: new WebSocketStream(ReadAhead.before(stream, rest), this.#shared),
        peer: { ...peer, ...sender, id: nextId() },
        wire,
        bringsLines: true,
      });
    };
    const reply = { status: 101, body: "", headers: upgrade.headers, upgrade: take };
    return { outcome: "upgraded", reply };
  }

  #senderOf({ fields }: HttpRequest, { peer }: Arrival): Sender {
    const { rules: { isProxy }, counted } = this.#options;
    const { address, secure = false } = peer;
    if (isProxy(address)) return forwardedSender(fields, { address, secure }, isProxy);
    if (isForwarded(fields)) counted("forwarded");
    return { address, secure };
  }

  #refuse({ status, message }: HttpError): HttpReply {
    if (status < 500) this.#options.counted("bad_request");
    const reply = plainReply(status, message);
    return withHeaders(reply, securityHeaders({ host: undefined, secure: false, hsts: false }));
  }
}

/** The connection of a request, and the function that releases its place in the admission. */
interface Visitor {
  readonly arrival: Arrival;
  readonly release: () => void;
}

interface Asked {
  readonly host: string | undefined;
  readonly sender: Sender;
  readonly visitor: Visitor;
}

interface Answer {
  readonly outcome: WebOutcome;
  readonly reply: HttpReply;
}

function answer(outcome: WebOutcome, status: number, text: string): Answer {
  return { outcome, reply: plainReply(status, text) };
}

function withHeaders(reply: HttpReply, headers: Readonly<Record<string, string>>): HttpReply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function closeQuietly(stream: ByteStream): void {
  try {
    stream.close();
  } catch {
    // The stream is already closed.
  }
}
