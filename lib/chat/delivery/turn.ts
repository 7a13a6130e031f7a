// Delivers one turn of the event loop. Consecutive lines are joined and encoded once. Connections that receive the
// same lines share the bytes; the edge leaves out the parts that one of them must not receive.
import { nameKey } from "../../protocol/names.ts";
import { ackLine, encodeLines, formatTime, messageLine } from "../../protocol/reply.ts";
import type { Output } from "../../edge/edge.ts";
import type { Channels } from "../presence/channels.ts";
import type { Instead } from "../presence/outlet.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { Sessions } from "../presence/sessions.ts";
import { type Broadcast, EncodedLines, linesOf, type Share } from "./encoded_lines.ts";
import type { Mailbox } from "./mailbox.ts";
import type { LineEvent, MessageEvent, Stored } from "./message_log.ts";
import { Listeners, type Outputs } from "./outputs.ts";
import type { Roster } from "../presence/roster.ts";
import type { StoredMessage } from "../../store/messages.ts";

/** The parts that know who is online, who is in which channel, and how to reach them. */
export interface Audiences {
  readonly roster: Roster;
  readonly channels: Channels;
  /** Remembers private messages until they have arrived. */
  readonly mail: Pick<Mailbox, "give">;
  readonly sessions: Sessions;
  readonly outputs: Outputs;
}

/** Returns the lines for the sender of a message that is refused. */
export type Refusal = (event: MessageEvent, session: Session, error: unknown) => string;

/** Collects the lines of one turn, in order, and adds them to its output. */
export class Turn {
  readonly #audiences: Audiences;
  readonly #refusal: Refusal;
  #broadcasts: Broadcast[] = [];
  // Many messages of a turn arrive in the same millisecond.
  #time = { sentAt: NaN, text: "" };
  /** Messages given to outboxes, counted once for each recipient connection. */
  deliveries = 0;
  /** Messages to channels. */
  global = 0;
  /** Private messages. */
  private = 0;

  /** @param refusal Called if the turn is refused after all. */
  constructor(audiences: Audiences, refusal: Refusal) {
    this.#audiences = audiences;
    this.#refusal = refusal;
  }

  /** Adds a line that is not a message. */
  line({ line, channel, except }: LineEvent): void {
    this.#add({ line, except, isMessage: false }, channel);
  }

  /** Adds a message that is stored, and its ack if the client wants one. */
  message(event: MessageEvent, { id, isKept }: Stored): void {
    const { message, origin } = event;
    if (message.channel !== null) {
      this.global++;
      const line = this.#lineOf({ ...message, id }, "global");
      this.#add({ line, except: origin, isMessage: true }, message.channel);
    } else {
      this.private++;
      this.flush();
      // Kept messages are delivered by the mailbox, even to connections that have joined meanwhile.
      const stored = { ...message, id };
      if (!isKept) this.#deliverPrivate(stored, origin);
      this.#copyToSender(stored, origin);
    }
    this.#answer(event, id);
  }

  #lineOf(message: StoredMessage, to: string): string {
    const { sentAt } = message;
    if (sentAt !== this.#time.sentAt) this.#time = { sentAt, text: formatTime(sentAt) };
    const { id, subtype, sender: from, channel, content, extra } = message;
    return messageLine({ id, subtype, from, to, channel, content, sentAt, extra }, this.#time.text);
  }

  #answer(event: MessageEvent, id: number): void {
    const session = this.#audiences.sessions.get(event.origin);
    if (session === undefined) return;
    const { message: { sentAt }, asked: { ref, joinedAs, token } } = event;
    const ack = ref === undefined
      ? undefined
      : answerTo(session, ackLine(ref, { id, sentAt, name: joinedAs, token }));
    session.out.add(ack, (error) => answerTo(session, this.#refusal(event, session, error)));
  }

  #add(broadcast: Omit<Broadcast, "room">, channel: string | undefined): void {
    const { channels } = this.#audiences;
    const { general } = channels;
    const room = channel === undefined
      ? undefined
      : channel === general.channel.name
      ? general
      : channels.named(channel);
    // A channel that has been deleted has no members.
    if (room !== undefined || channel === undefined) this.#broadcasts.push({ ...broadcast, room });
  }

  /** Adds the lines collected so far to the output. */
  flush(): void {
    const broadcasts = this.#broadcasts;
    if (broadcasts.length === 0) return;
    this.#broadcasts = [];
    const lines = new EncodedLines(broadcasts);
    const rooms = new Set(
      broadcasts.map(({ room }) => this.#isForEveryone(room) ? undefined : room),
    );
    if (rooms.size > 1) return this.#handOutByRooms(lines, rooms);
    const [room] = rooms;
    if (room === undefined) this.#handOutToAll(lines.all);
    else this.#handOut(room.members, lines.all);
  }

  #isForEveryone(room: Room | undefined): boolean {
    const { channels, roster } = this.#audiences;
    return room === undefined || room === channels.general && room.members.size === roster.size;
  }

  /** Users who are in the same of the turn's channels share the bytes. */
  #handOutByRooms(lines: EncodedLines, rooms: ReadonlySet<Room | undefined>): void {
    const heard = new Map<User, Room[]>();
    for (const room of rooms) {
      for (const user of room?.members ?? []) {
        const others = heard.get(user);
        if (others === undefined) heard.set(user, [room!]);
        else others.push(room!);
      }
    }
    const numbers = new Map([...rooms].map((room, number) => [room, number]));
    const groups = new Map<string, { rooms: ReadonlySet<Room | undefined>; users: User[] }>();
    const users = rooms.has(undefined) ? this.#audiences.roster.users : heard.keys();
    for (const user of users) {
      const own = heard.get(user) ?? [];
      const signature = own.map((room) => numbers.get(room)).join();
      const group = groups.get(signature);
      if (group === undefined) groups.set(signature, { rooms: new Set(own), users: [user] });
      else group.users.push(user);
    }
    for (const { rooms, users } of groups.values()) {
      const isHeard = ({ room }: Broadcast) => this.#isForEveryone(room) || rooms.has(room);
      this.#handOut(users, lines.select(isHeard));
    }
  }

  #handOutToAll(share: Share): void {
    const { roster, sessions, outputs } = this.#audiences;
    outputs.toEveryone(linesOf(share), noticesOf(share));
    this.deliveries += share.messages * roster.sessions.size;
    for (const [id, { messages }] of share.own) {
      if (sessions.get(id)?.user !== undefined) this.deliveries -= messages;
    }
  }

  #handOut(users: Iterable<User>, share: Share): void {
    if (share.bytes.length === 0) return;
    const listeners = new Listeners();
    for (const { sessions } of users) {
      for (const session of sessions) {
        listeners.add(session);
        this.deliveries += share.messages - (share.own.get(session.id)?.messages ?? 0);
      }
    }
    listeners.send(linesOf(share), noticesOf(share));
  }

  #deliverPrivate(message: StoredMessage, origin: number): void {
    const { id, recipient: name, recipientAccount: accountId } = message;
    const { roster, mail } = this.#audiences;
    const recipient = roster.find(nameKey(name!));
    if (recipient === undefined) return;
    const sessions = [...recipient.sessions].filter((session) => session.id !== origin);
    const given = accountId !== null && recipient.accountId === accountId
      ? mail.give(id, recipient, sessions)
      : undefined;
    // Usually all connections of the recipient use the same name.
    let last: { readonly to: string; readonly bytes: Uint8Array } | undefined;
    for (const session of sessions) {
      const to = session.addressee;
      if (last?.to !== to) last = { to, bytes: encodeLines(this.#lineOf(message, to)) };
      session.deliver(last.bytes, { written: given?.(session), instead: nothing });
    }
    this.deliveries += sessions.length;
  }

  /** Old clients get no copy: they would show it as sent by another user. */
  #copyToSender(message: StoredMessage, origin: number): void {
    const { sender, senderAccount, recipient } = message;
    const user = this.#audiences.roster.find(nameKey(sender));
    if (user === undefined || user.accountId !== senderAccount) return;
    // The sender is also the recipient, so its connections have the message already.
    if (nameKey(recipient!) === user.key) return;
    let listeners: Listeners | undefined;
    for (const session of user.sessions) {
      if (!session.modern || session.id === origin) continue;
      listeners ??= new Listeners();
      listeners.add(session);
      this.deliveries++;
    }
    listeners?.send({ bytes: encodeLines(this.#lineOf(message, recipient!)) }, nothing);
  }
}

function nothing(): undefined {}

function answerTo({ id }: Session, lines: string): Output {
  return { kind: "reply", to: id, bytes: encodeLines(lines) };
}

/** If the turn is refused, its notices are still sent. Its messages are not. */
function noticesOf(share: Share): Instead | undefined {
  if (share.messages === 0) return undefined;
  return (_error, output) => {
    const notices = share.notices();
    if (notices.bytes.length === 0 || output?.kind !== "lines") return undefined;
    return { kind: "lines", audience: output.audience, ...linesOf(notices) };
  };
}
