// The deliveries of one turn of the event loop. Lines that follow each other are joined and encoded once,
// and the same bytes go into the outboxes of all who hear the same of them; those who are left out of
// one of them get a copy without it.
import { nameKey } from "../../protocol/names.ts";
import { ackLine, encodeLines, messageLine } from "../../protocol/reply.ts";
import type { Channels } from "../presence/channels.ts";
import type { Room, Session, User } from "../presence/session.ts";
import { cutLines, type Place } from "./cut.ts";
import type { Mailbox } from "./mailbox.ts";
import type { LineEvent, MessageEvent, Stored } from "./message_log.ts";
import type { Roster } from "../presence/roster.ts";
import type { StoredMessage } from "../../store/messages.ts";

/** Who is online, and who is in which channel. */
export interface Audiences {
  readonly roster: Roster;
  readonly channels: Channels;
  /** Keeps private messages that may not arrive. */
  readonly mail: Pick<Mailbox, "give">;
}

/** A line for everyone or for the members of a channel, but one; a message, or a mere notice. */
interface Broadcast {
  readonly line: string;
  /** The room whose members hear it; `undefined` for everyone. */
  readonly room: Room | undefined;
  readonly except: Session | undefined;
  readonly isMessage: boolean;
}

/** Gathers one turn's lines, in order, and hands them to the outboxes. */
export class Turn {
  readonly #roster: Roster;
  readonly #channels: Channels;
  readonly #mail: Audiences["mail"];
  #broadcasts: Broadcast[] = [];
  /** Messages handed to an outbox, one for each recipient connection. */
  deliveries = 0;
  /** Messages to channels. */
  global = 0;
  /** Private messages. */
  private = 0;

  constructor({ roster, channels, mail }: Audiences) {
    this.#roster = roster;
    this.#channels = channels;
    this.#mail = mail;
  }

  /** Adds a line that is no message. */
  line({ line, channel, except }: LineEvent): void {
    this.#add({ line, except, isMessage: false }, channel);
  }

  /** Adds a message that is stored, and the ack if one is wanted. */
  message({ message, origin, asked }: MessageEvent, { id, isKept }: Stored): void {
    if (message.channel !== null) {
      this.global++;
      const line = messageLine({ ...message, id, from: message.sender, to: "global" });
      this.#add({ line, except: origin, isMessage: true }, message.channel);
    } else {
      this.private++;
      this.flush();
      // Kept messages come with the mail, also to connections that have joined by now.
      if (!isKept) this.#deliverPrivate({ ...message, id }, origin);
      this.#copyToSender({ ...message, id }, origin);
    }
    const { ref, joinedAs } = asked;
    if (ref !== undefined) {
      origin.send(ackLine(ref, { id, sentAt: message.sentAt, name: joinedAs }));
    }
  }

  #add(broadcast: Omit<Broadcast, "room">, channel: string | undefined): void {
    const { general } = this.#channels;
    const room = channel === undefined
      ? undefined
      : channel === general.channel.name
      ? general
      : this.#channels.named(channel);
    // A channel that is gone has no members.
    if (room !== undefined || channel === undefined) this.#broadcasts.push({ ...broadcast, room });
  }

  /** Hands out the lines that have gathered. */
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
    if (room === undefined) this.#handOut(this.#roster.sessions, lines.all);
    else for (const { sessions } of room.members) this.#handOut(sessions, lines.all);
  }

  #isForEveryone(room: Room | undefined): boolean {
    return room === undefined ||
      room === this.#channels.general && room.members.size === this.#roster.size;
  }

  /** Those who are in the same of the turn's rooms get the same bytes. */
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
    const shares = new Map<string, Share>();
    const users = rooms.has(undefined) ? this.#roster.users : heard.keys();
    for (const user of users) {
      const own = heard.get(user) ?? [];
      const signature = own.map((room) => numbers.get(room)).join();
      let share = shares.get(signature);
      if (share === undefined) {
        const rooms = new Set<Room | undefined>(own);
        share = lines.select(({ room }) => this.#isForEveryone(room) || rooms.has(room));
        shares.set(signature, share);
      }
      this.#handOut(user.sessions, share);
    }
  }

  #handOut(sessions: Iterable<Session>, { bytes, messages, own }: Share): void {
    if (bytes.length === 0) return;
    for (const session of sessions) {
      const left = own.get(session);
      if (left === undefined) {
        session.deliver(bytes);
        this.deliveries += messages;
      } else {
        const rest = cutLines(bytes, left.places);
        if (rest.length > 0) session.deliver(rest);
        this.deliveries += messages - left.messages;
      }
    }
  }

  #deliverPrivate(message: StoredMessage, origin: Session): void {
    const { id, sender, recipient: name, recipientAccount: accountId } = message;
    const recipient = this.#roster.find(nameKey(name!));
    if (recipient === undefined) return;
    const sessions = [...recipient.sessions].filter((session) => session !== origin);
    const given = accountId !== null && recipient.accountId === accountId
      ? this.#mail.give(id, recipient, sessions)
      : undefined;
    // Nearly always the connections call the recipient the same.
    const encoded = new Map<string, Uint8Array>();
    for (const session of sessions) {
      const to = session.addressee;
      const bytes = encoded.get(to) ?? encodeLines(messageLine({ ...message, from: sender, to }));
      encoded.set(to, bytes);
      session.deliver(bytes, given?.(session));
    }
    this.deliveries += sessions.length;
  }

  /** An old client would show a copy as if somebody else had sent it. */
  #copyToSender(message: StoredMessage, origin: Session): void {
    const { sender, senderAccount, recipient } = message;
    const user = this.#roster.find(nameKey(sender));
    if (user === undefined || user.accountId !== senderAccount) return;
    // They have it as the recipient.
    if (nameKey(recipient!) === user.key) return;
    const others = [...user.sessions].filter((session) => session !== origin && session.modern);
    if (others.length === 0) return;
    const bytes = encodeLines(messageLine({ ...message, from: sender, to: recipient! }));
    for (const session of others) session.deliver(bytes);
    this.deliveries += others.length;
  }
}

/** The lines that some users hear, encoded; and for each session its own among them. */
interface Share {
  readonly bytes: Uint8Array;
  readonly messages: number;
  readonly own: ReadonlyMap<Session, OwnLines>;
}

/** What one session is left out of. */
interface OwnLines {
  readonly places: Place[];
  messages: number;
}

/** The lines of a turn, encoded together. */
class EncodedLines {
  readonly #broadcasts: readonly Broadcast[];
  readonly all: Share;

  constructor(broadcasts: readonly Broadcast[]) {
    this.#broadcasts = broadcasts;
    const bytes = encodeLines(broadcasts.map(({ line }) => line).join(""));
    this.all = { bytes, ...describe(broadcasts) };
  }

  /** Some of the lines: copied, not encoded again. */
  select(isHeard: (broadcast: Broadcast) => boolean): Share {
    const missed: Place[] = [];
    const heard: Broadcast[] = [];
    let start = 0;
    for (const broadcast of this.#broadcasts) {
      // Lines are ASCII: as many bytes as characters.
      const end = start + broadcast.line.length;
      if (isHeard(broadcast)) heard.push(broadcast);
      else missed.push({ start, end });
      start = end;
    }
    return { bytes: cutLines(this.all.bytes, missed), ...describe(heard) };
  }
}

function describe(broadcasts: readonly Broadcast[]): Omit<Share, "bytes"> {
  const own = new Map<Session, OwnLines>();
  let start = 0;
  let messages = 0;
  for (const { line, except, isMessage } of broadcasts) {
    const end = start + line.length;
    if (isMessage) messages++;
    if (except !== undefined) {
      const left = own.get(except) ?? { places: [], messages: 0 };
      own.set(except, left);
      left.places.push({ start, end });
      if (isMessage) left.messages++;
    }
    start = end;
  }
  return { own, messages };
}
