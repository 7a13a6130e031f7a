// What the chat knows of one connection: its user, its channel, its limits.
import { networkKey } from "../../net/address.ts";
import type { SentList } from "../../auth/class_import.ts";
import type { ConnectionView } from "../../edge/edge.ts";
import { encodeLines } from "../../protocol/reply.ts";
import type { AddressLimit } from "../limits/address_limit.ts";
import { priceOfReply } from "../limits/cost.ts";
import type { MalformedCount, RateLimit } from "../limits/rate_limit.ts";
import type { ReplyFlow } from "../limits/reply_flow.ts";
import type { Share } from "../limits/shared_buckets.ts";
import type { TailEvent } from "../../protocol/requests/operator.ts";
import type { Account } from "../../store/accounts.ts";
import type { Channel } from "../../store/channels.ts";
import type { Mute } from "../../store/sanctions.ts";
import { type Out, Outlet } from "./outlet.ts";

/** The user at the other end of the admin socket. */
export interface Operator {
  /** The name that the client claims; empty before that. */
  name: string;
  /** The events that it follows. */
  events?: readonly TailEvent[];
}

/** Returns the operator's name for the log and the audit log: `operator:ada`, or `operator` before it is known. */
export function operatorName({ name }: Operator): string {
  return name === "" ? "operator" : `operator:${name}`;
}

/** The role of a user: `guest`, or the role of the account. */
export type Role = "guest" | Account["role"];

/** A guest or member who is online, with one or more connections. The roster owns it. */
export interface User {
  /** The name as others see it. */
  name: string;
  /** The key of the name, by which names are compared. */
  key: string;
  /** Free text, such as `online` or `away`. */
  state: string;
  /** Whether the state hides the user from others. */
  hidden: boolean;
  /** The role at the login, or the one that an operator has given since. The account's role may differ. */
  role: Role;
  /** Number of the account, or `null` for a guest. */
  readonly accountId: number | null;
  /** The ids of the channels that invitations admit this guest to. */
  invitedTo?: ReadonlySet<number> | undefined;
  readonly sessions: Set<Session>;
}

/** A channel and its members who are online. `Channels` owns it. */
export interface Room {
  readonly channel: Channel;
  readonly members: ReadonlySet<User>;
}

/** The chat window of a client that has logged in, until it is ready. */
export interface ChatWindow {
  readonly accountId: number;
  /** Whether the client has sent nothing since the login reply. */
  isNew: boolean;
  /** Whether the client opens a dialog between two `users`. */
  opensDialog: boolean;
  /** Whether the dialog is open. */
  isDialogOpen: boolean;
  /** Cancels the wait for the first `users`. */
  readonly cancel: () => void;
}

/** How a client described itself in `hello`. */
export interface Hello {
  /** The label of the client; empty if it sent none. */
  readonly client: string;
  /** The browser tab that the client runs in. */
  readonly tab: string | undefined;
  /** The features that both the client and the server support. */
  readonly features: ReadonlySet<string>;
}

/** What a session is made with. */
export interface SessionOptions {
  /** Where the output for the connection is collected. */
  readonly out: Out;
  /** The name of the edge that has the connection. */
  readonly edge: string;
  readonly rate: RateLimit;
  /** The limits that the connections of an address share. Operators have none. */
  readonly shared?: AddressLimit | undefined;
  /** Counts long replies on their way. Those of operators do not count. */
  readonly replyFlow?: ReplyFlow | undefined;
  /** The time on the chat's monotonic clock. */
  readonly now: number;
  /** When it connected, in milliseconds since 1970. */
  readonly connectedAt: number;
  /** Set for an operator's session. It never has a user or a channel. */
  readonly operator?: Operator | undefined;
}

/**
 * The state of one connection. The roster sets `user`, the channels and joining set `channel`, moderation sets
 * `mute`; the dispatcher owns the rest.
 */
export class Session extends Outlet {
  /** The name of the edge that has the connection. */
  readonly edge: string;
  readonly rate: RateLimit;
  /** The network that its address counts under. */
  readonly network: string;
  /** What it has used of the requests and of the joins of its address. */
  readonly share: Share = { used: 0 };
  readonly joinShare: Share = { used: 0 };
  readonly #shared: AddressLimit | undefined;
  readonly #replyFlow: ReplyFlow | undefined;
  /** Counts its malformed lines. Created with the first of them. */
  malformed: MalformedCount | undefined;
  #user: User | undefined;
  /** The operator, if it is an operator's session. */
  readonly operator: Operator | undefined;
  /** Its current channel; `undefined` means #général. */
  channel: Room | undefined;
  /** Whether the connection was reported as connected. */
  isConnected = false;
  /** Whether its client uses the additions: see `additions`. */
  modern = false;
  /** Whether its last login failed or it has logged out. Then it has no user until it joins again. */
  loggedOut = false;
  /** The name that its client gave at the login or as a guest, if any. Clients use it for themselves. */
  knownAs: string | undefined;
  /** The chat window of its client while it is not ready. {@linkcode Windows} owns it. */
  window: ChatWindow | undefined;
  /** How the client described itself, if it sent `hello`. */
  hello: Hello | undefined;
  /** The digest of the token with which the user stays signed in over this connection, if there is one. */
  token: string | undefined;
  /** The id of the invitation that the client has sent, if any. It may have expired or run out since. */
  invite: number | undefined;
  /** The mute of this connection, whatever name it has. It may have expired. */
  mute: Mute | undefined;
  /** The messages that are hidden from users that it had before, by channel. A new name does not reveal them. */
  marks: Map<number, number> | undefined;
  /** When it connected, in milliseconds since 1970. */
  connectedAt: number;
  /** When it last sent a request or connected, on the chat's monotonic clock. */
  activeAt: number;
  /** The class list that its user is sending. */
  sentList: SentList | undefined;
  /** Whether rows of a class list were lost that its user has sent. Then a list must begin anew. */
  hasLostList = false;
  /** Messages of this connection that the log has not reported yet. */
  unreported = 0;

  constructor(peer: ConnectionView, options: SessionOptions) {
    const { out, edge, rate, shared, replyFlow, now, connectedAt, operator } = options;
    super(peer, out);
    this.edge = edge;
    this.rate = rate;
    this.#replyFlow = replyFlow;
    this.network = networkKey(peer.address);
    this.#shared = shared;
    this.operator = operator;
    this.connectedAt = connectedAt;
    this.activeAt = now;
  }

  /** The user of the connection; `undefined` before it joins. */
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
   * The name of this connection's user in the lines it receives. Some old clients drop a private message for any
   * name but exactly the one they gave. Clients that use the additions get the user's name.
   */
  get addressee(): string {
    const name = this.user?.name ?? "";
    return this.modern ? name : this.knownAs ?? name;
  }

  /** Whether its client loses what is sent now, because a dialog is open. */
  get isDeaf(): boolean {
    return this.window?.isDialogOpen === true;
  }

  /** Adds lines that reply to this connection, and charges for them. */
  answer(lines: string): void {
    const { bytes, taken } = this.#replyFlow?.encode(this, lines) ?? { bytes: encodeLines(lines) };
    this.send(bytes, taken);
    const price = priceOfReply(lines.length);
    if (price > 0) this.charge(price);
  }

  /** Charges the connection and its address for a price that has become known. */
  charge(price: number): void {
    if (this.#shared === undefined || price === 0) return;
    this.rate.charge(price);
    this.#shared.charge(this, price);
  }
}
