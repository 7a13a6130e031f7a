// The channels, and who is in them: the one owner of both. What lasts of it is in the store.
import { accentlessKey, nameKey } from "../../protocol/names.ts";
import { DEFAULT_CHANNEL } from "../../protocol/reply.ts";
import { isRestricted } from "../permissions.ts";
import type { Room, User } from "./session.ts";
import type { Channel, ChannelChange, ChannelStore } from "../../store/channels.ts";

interface OwnRoom {
  channel: Channel;
  readonly members: Set<User>;
}

/** A channel as the configuration has it. */
export interface ConfiguredChannel {
  readonly name: string;
  readonly topic?: string;
  readonly roles: Channel["roles"];
  /** Names of accounts. */
  readonly accounts: readonly string[];
  readonly readOnly: boolean;
}

/** What a new channel is made from. */
export interface NewChannel {
  readonly name: string;
  /** The account that makes it, or `null`. */
  readonly createdBy: number | null;
  readonly now: number;
}

/** All channels. Users are in {@linkcode general}, unless they left it, and in those they joined. */
export class Channels {
  readonly #store: ChannelStore;
  readonly #rooms = new Map<string, OwnRoom>();
  // By the key without accents, each list in the order in which its channels were made.
  readonly #accentless = new Map<string, OwnRoom[]>();
  // Everybody is in #général: only the others are listed by user.
  readonly #joined = new Map<User, Set<OwnRoom>>();
  readonly #configured = new Set<string>();
  #list: readonly Room[] | undefined;
  /** The channel everyone is in. */
  readonly general: Room;

  /** Reads the channels of the store; makes {@linkcode DEFAULT_CHANNEL} if it is not among them. */
  constructor(store: ChannelStore, now: number) {
    this.#store = store;
    for (const channel of store.list()) this.#add(channel);
    this.general = this.named(DEFAULT_CHANNEL) ??
      this.create({ name: DEFAULT_CHANNEL, createdBy: null, now });
  }

  /** How many there are. */
  get size(): number {
    return this.#rooms.size;
  }

  /** All of them, {@linkcode general} first, then by name. */
  list(): readonly Room[] {
    return this.#list ??= this.#sort();
  }

  #sort(): readonly Room[] {
    const others = [...this.#rooms].filter(([, room]) => room !== this.general);
    others.sort(([a], [b]) => a < b ? -1 : 1);
    return [this.general, ...others.map(([, room]) => room)];
  }

  /** The channel of exactly that name, if it exists. */
  named(name: string): Room | undefined {
    return this.#rooms.get(nameKey(name));
  }

  /** The channel that a person means by a name: if none has it, the first whose name differs by accents only. */
  find(name: string): Room | undefined {
    return this.named(name) ?? this.#accentless.get(accentlessKey(name))?.[0];
  }

  /** The channels a user is in, {@linkcode general} first. */
  of(user: User): Room[] {
    const joined = this.#joined.get(user) ?? [];
    return this.general.members.has(user) ? [this.general, ...joined] : [...joined];
  }

  /** How many channels a user is in, {@linkcode general} not counted. */
  countOf(user: User): number {
    return this.#joined.get(user)?.size ?? 0;
  }

  /** How many channels an account made, or guests did; those of the configuration do not count. */
  madeBy(accountId: number | null): number {
    let count = 0;
    for (const [key, room] of this.#rooms) {
      if (room === this.general || this.#configured.has(key)) continue;
      if (room.channel.createdBy === accountId) count++;
    }
    return count;
  }

  /** A user who was offline is online: into {@linkcode general}, and where the account is a member. */
  enter(user: User, isAdmitted: (channel: Channel) => boolean): void {
    this.#own(this.general).members.add(user);
    if (user.accountId === null) return;
    const ids = new Set(this.#store.membersOf(user.accountId));
    if (ids.size === 0) return;
    for (const room of this.#rooms.values()) {
      if (!ids.has(room.channel.id) || room === this.general) continue;
      if (isAdmitted(room.channel)) this.#attach(user, room);
      else this.#store.removeMember(room.channel.id, user.accountId);
    }
  }

  /** A user has gone offline. What the store knows of an account's channels stays. */
  exit(user: User): void {
    this.#own(this.general).members.delete(user);
    for (const room of this.#joined.get(user) ?? []) room.members.delete(user);
    this.#joined.delete(user);
  }

  /** Makes a user a member. */
  join(user: User, room: Room, now: number): void {
    if (room.members.has(user)) return;
    if (room !== this.general && user.accountId !== null) {
      this.#store.addMember(room.channel.id, user.accountId, now);
    }
    this.#attach(user, this.#own(room));
  }

  /** Takes a user out; connections that were talking there talk in {@linkcode general} from now on. */
  leave(user: User, room: Room): void {
    if (!room.members.has(user)) return;
    if (room !== this.general && user.accountId !== null) {
      this.#store.removeMember(room.channel.id, user.accountId);
    }
    this.#detach(user, this.#own(room));
  }

  /** Makes a channel. @throws {NameTaken} */
  create({ name, createdBy, now }: NewChannel): Room {
    return this.#add(this.#store.create({ name, key: nameKey(name), createdBy, now }));
  }

  /** Changes what a channel is. */
  change(room: Room, change: ChannelChange): void {
    this.#own(room).channel = this.#store.update(room.channel.id, change);
  }

  /** Deletes a channel; what was said in it can no longer be read. Not {@linkcode general}. */
  delete(room: Room): void {
    this.#store.delete(room.channel.id);
    for (const user of [...room.members]) this.#detach(user, this.#own(room));
    this.#rooms.delete(room.channel.key);
    const key = accentlessKey(room.channel.name);
    const alike = this.#accentless.get(key)!.filter((other) => other !== room);
    if (alike.length > 0) this.#accentless.set(key, alike);
    else this.#accentless.delete(key);
    this.#list = undefined;
  }

  /** Deletes a channel that a user made, once it has no members and no messages. */
  deleteUnused(room: Room): void {
    const { channel, members } = room;
    if (room === this.general || members.size > 0 || channel.kept) return;
    if (isRestricted(channel) || channel.readOnly || channel.closed) return;
    if (!this.#store.isUsed(channel.id)) this.delete(room);
  }

  /** Whether an account is a member, online or not. */
  hasAccount(room: Room, accountId: number): boolean {
    return this.#store.membersOf(accountId).includes(room.channel.id);
  }

  /** Takes out an account that is offline. */
  forget(room: Room, accountId: number): void {
    this.#store.removeMember(room.channel.id, accountId);
  }

  /** Who is a member of which restricted channel. It may be changed while this goes on. */
  *restrictedMembers(): Generator<{ user: User; room: Room }> {
    for (const room of this.#rooms.values()) {
      if (!isRestricted(room.channel)) continue;
      for (const user of room.members) yield { user, room };
    }
  }

  /** Makes the channels of the configuration what it says. Others stay as they are. */
  configure(channels: readonly ConfiguredChannel[], now: number): void {
    this.#configured.clear();
    // All of them, also where storing one fails: none shall go with its last visitor.
    for (const { name } of channels) this.#configured.add(nameKey(name));
    for (const { name, topic, roles, accounts, readOnly } of channels) {
      const room = this.named(name) ?? this.create({ name, createdBy: null, now });
      this.change(room, {
        roles,
        accounts: accounts.map(nameKey),
        readOnly,
        kept: true,
        ...(topic === undefined ? {} : { topic }),
      });
    }
  }

  #add(channel: Channel): OwnRoom {
    const room: OwnRoom = { channel, members: new Set() };
    this.#rooms.set(channel.key, room);
    const key = accentlessKey(channel.name);
    const alike = [...this.#accentless.get(key) ?? [], room];
    this.#accentless.set(key, alike.sort((a, b) => a.channel.id - b.channel.id));
    this.#list = undefined;
    return room;
  }

  #own(room: Room): OwnRoom {
    return room as OwnRoom;
  }

  #attach(user: User, room: OwnRoom): void {
    room.members.add(user);
    if (room === this.general) return;
    const joined = this.#joined.get(user);
    if (joined === undefined) this.#joined.set(user, new Set([room]));
    else joined.add(room);
  }

  #detach(user: User, room: OwnRoom): void {
    room.members.delete(user);
    const joined = this.#joined.get(user);
    if (joined?.delete(room) && joined.size === 0) this.#joined.delete(user);
    for (const session of user.sessions) {
      if (session.channel === room) session.channel = undefined;
    }
  }
}
