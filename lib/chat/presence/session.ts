// One connection's place in the chat: who it speaks for, and what it has asked lately.
import { networkKey } from "../../net/address.ts";
import type { ConnectionView } from "../../edge/edge.ts";
import { encodeLines } from "../../protocol/reply.ts";
import type { AddressLimit } from "../limits/address_limit.ts";
import { priceOfReply } from "../limits/cost.ts";
import type { MalformedCount, RateLimit } from "../limits/rate_limit.ts";
import type { Share } from "../limits/shared_buckets.ts";
import type { Account } from "../../store/accounts.ts";
import type { Channel } from "../../store/channels.ts";
import type { Mute } from "../../store/sanctions.ts";
import { type Out, Outlet } from "./outlet.ts";

/** Who speaks over the admin socket. */
export interface Operator {
  /** Name of the user at the other end, as the client claims; empty until it does. */
  name: string;
}

/** An operator as log and audit name it: `operator:ada`, or `operator` before it has said who it is. */
export function operatorName({ name }: Operator): string {
  return name === "" ? "operator" : `operator:${name}`;
}

/** Role of a user: `guest`, or the role of the account. */
export type Role = "guest" | Account["role"];

/** Someone who is online, with one or more connections. Owned by the roster. */
export interface User {
  /** The name as others see it. */
  name: string;
  /** The name as names are compared. */
  key: string;
  /** Free text, such as `online` or `away`. */
  state: string;
  /** Whether the state says that the user does not want to be seen. */
  hidden: boolean;
  /** The role at the login, or that an operator has given since; the account's may be another. */
  role: Role;
  /** Number of the account, or `null` for a guest. */
  readonly accountId: number | null;
  readonly sessions: Set<Session>;
}

/** A channel and those of its members that are online. Owned by `channels`. */
export interface Room {
  readonly channel: Channel;
  readonly members: ReadonlySet<User>;
}

/** The chat window of a client that has logged in, until it listens. */
export interface ChatWindow {
  readonly accountId: number;
  /** The client has asked nothing since the login reply. */
  isNew: boolean;
  /** The client opens a dialog between two `users`. */
  opensDialog: boolean;
  /** The dialog is open. */
  isDialogOpen: boolean;
  /** Calls off the wait for the first `users`. */
  readonly cancel: () => void;
}

/** What a client has said about itself in `hello`. */
export interface Hello {
  /** What it calls itself; empty if it does not say. */
  readonly client: string;
  /** The tab of a browser that it runs in. */
  readonly tab: string | undefined;
  /** The kinds of events that it understands, among those that were added later. */
  readonly features: ReadonlySet<string>;
}

/** What a session may be made with. */
export interface SessionOptions {
  /** Where what is for the connection is put. */
  readonly out: Out;
  readonly rate: RateLimit;
  /** What the connections of its address share; operators have none. */
  readonly shared?: AddressLimit | undefined;
  /** The time it connected, on the chat's monotonic clock. */
  readonly now: number;
  /** It is the operator's: never a user, in no channel, allowed everything. */
  readonly operator?: Operator | undefined;
}

/**
 * State of one connection. The roster sets `user`, the channels and joining set `channel`, moderation sets
 * `mute`; the dispatcher owns the rest.
 */
export class Session extends Outlet {
  readonly rate: RateLimit;
  /** What its address counts under. */
  readonly network: string;
  /** What it has used of the requests of its address, and of its joins. */
  readonly share: Share = { used: 0 };
  readonly joinShare: Share = { used: 0 };
  readonly #shared: AddressLimit | undefined;
  /** Its malformed lines; made with the first of them. */
  malformed: MalformedCount | undefined;
  #user: User | undefined;
  /** The operator it speaks for. */
  readonly operator: Operator | undefined;
  /** Where what it says goes if no channel is named; `undefined` means #général. */
  channel: Room | undefined;
  /** It is not old: see `additions`. */
  modern = false;
  /** Its last login failed, or it has logged out: it speaks for nobody until it says for whom. */
  loggedOut = false;
  /** The name that its client gave at the login or as a guest, if it gave one: clients take it for their own. */
  knownAs: string | undefined;
  /** The chat window of its client, while that does not listen yet. {@linkcode Windows} owns it. */
  window: ChatWindow | undefined;
  /** What its client has said about itself. */
  hello: Hello | undefined;
  /** The digest of the token with which its user stays signed in, if it has one. */
  token: string | undefined;
  /** What silences it, whatever name it takes; it may have run out. */
  mute: Mute | undefined;
  /** Expulsions of the users it was before, by channel: another name opens nothing. */
  marks: Map<number, number> | undefined;
  /** When it connected, on the chat's monotonic clock. */
  readonly connectedAt: number;
  /** When it last asked something, or connected, on the chat's monotonic clock. */
  activeAt: number;
  /** Messages of this connection that the log has not reported yet. */
  unreported = 0;

  constructor(peer: ConnectionView, { out, rate, shared, now, operator }: SessionOptions) {
    super(peer, out);
    this.rate = rate;
    this.network = networkKey(peer.address);
    this.#shared = shared;
    this.operator = operator;
    this.connectedAt = now;
    this.activeAt = now;
  }

  /** Who this connection speaks for, or `undefined` before it joins. */
  override get user(): User | undefined {
    return this.#user;
  }

  override set user(user: User | undefined) {
    const had = this.#user !== undefined;
    this.#user = user;
    if (user === undefined && had) this.out.add({ kind: "left", to: this.id });
    if (user !== undefined && !had) this.out.add({ kind: "joined", to: this.id });
  }

  /**
   * What the server's lines call this connection. Some old clients drop a private message that is not for exactly the
   * name they gave. Clients that use the additions get the user's name.
   */
  get addressee(): string {
    const name = this.user?.name ?? "";
    return this.modern ? name : this.knownAs ?? name;
  }

  /** Whether what is sent now is lost on its client: a dialog is open. */
  get isDeaf(): boolean {
    return this.window?.isDialogOpen === true;
  }

  /** Puts lines that answer this connection into the turn's output. */
  answer(lines: string): void {
    this.send(encodeLines(lines));
    const price = priceOfReply(lines.length);
    if (price > 0) this.charge(price);
  }

  /** Makes the connection and its address pay for what a request turned out to cost. */
  charge(price: number): void {
    if (this.#shared === undefined || price === 0) return;
    this.rate.charge(price);
    this.#shared.charge(this, price);
  }
}
