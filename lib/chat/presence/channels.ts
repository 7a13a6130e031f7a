// The channels and their members. It owns both. The store keeps what must survive a restart.
import { accentlessKey, nameKey } from "../../protocol/names.ts";
import { DEFAULT_CHANNEL } from "../../protocol/reply.ts";
import { isRestricted } from "../permissions.ts";
import type { ConfiguredChannel } from "./configured_channel.ts";
import type { Room, User } from "./session.ts";
import type { Channel, ChannelChange, ChannelStore } from "../../store/channels.ts";

interface OwnRoom {
  channel: Channel;
  readonly members: Set<User>;
}

/** A channel to create. */
export interface NewChannel {
  readonly name: string;
  /** The account that creates it; `null` if none does. */
  readonly createdBy: number | null;
  readonly now: number;
}

/** All channels. Users are in {@linkcode general} unless they left it, and in the channels that they joined. */
export class Channels {
  readonly #store: ChannelStore;
  readonly #changed: (user: User) => void;
  readonly #rooms = new Map<string, OwnRoom>();
  // By the key without accents. Each list is in the order in which its channels were created.
  readonly #accentless = new Map<string, OwnRoom[]>();
  // Almost everyone is in #général, so only the other channels are listed by user.
  readonly #joined = new Map<User, Set<OwnRoom>>();
  readonly #configured = new Set<string>();
  #list: readonly Room[] | undefined;
  /** The channel #général, which every user joins first. */
  readonly general: Room;

  /**
   * Reads the channels from the store. Creates {@linkcode DEFAULT_CHANNEL} if it does not exist.
   *
   * @param changed Called when the channels of a user have changed.
   */
  constructor(store: ChannelStore, now: number, changed: (user: User) => void = () => {}) {
    this.#store = store;
    this.#changed = changed;
    for (const channel of store.list()) this.#add(channel);
    this.general = this.named(DEFAULT_CHANNEL) ??
      this.create({ name: DEFAULT_CHANNEL, createdBy: null, now });
  }

  /** The number of channels. */
  get size(): number {
    return this.#rooms.size;
  }

  /** Returns all channels: {@linkcode general} first, then the others by name. */
  list(): readonly Room[] {
    return this.#list ??= this.#sort();
  }

  #sort(): readonly Room[] {
    const others = [...this.#rooms].filter(([, room]) => room !== this.general);
    others.sort(([a], [b]) => a < b ? -1 : 1);
    return [this.general, ...others.map(([, room]) => room)];
  }

  /** Returns the channel with exactly this name, if it exists. */
  named(name: string): Room | undefined {
    return this.#rooms.get(nameKey(name));
  }

  /**
   * Returns the channel that a user means by a name. If none has the name, it is the oldest one that differs only
   * by accents.
   */
  find(name: string): Room | undefined {
    return this.named(name) ?? this.#accentless.get(accentlessKey(name))?.[0];
  }

  /** Returns the channels of a user, {@linkcode general} first. */
  of(user: User): Room[] {
    const joined = this.#joined.get(user) ?? [];
    return this.general.members.has(user) ? [this.general, ...joined] : [...joined];
  }

  /** Counts the channels of a user without {@linkcode general}. */
  countOf(user: User): number {
    return this.#joined.get(user)?.size ?? 0;
  }

  /**
   * Counts the channels that an account created; for `null`, those that guests created. Channels of the
   * configuration do not count.
   */
  madeBy(accountId: number | null): number {
    let count = 0;
    for (const [key, room] of this.#rooms) {
      if (room === this.general || this.#configured.has(key)) continue;
      if (room.channel.createdBy === accountId) count++;
    }
    return count;
  }

  /** A user is online now: adds the user to {@linkcode general} and to the channels of the account. */
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

  /** A user was online under another leader, in the channels with these ids. */
  restore(user: User, ids: readonly number[]): void {
    for (const room of this.#rooms.values()) {
      if (ids.includes(room.channel.id)) this.#attach(user, room);
    }
  }

  /** A user is offline now. The account's memberships stay in the store. */
  exit(user: User): void {
    this.#own(this.general).members.delete(user);
    for (const room of this.#joined.get(user) ?? []) room.members.delete(user);
    this.#joined.delete(user);
  }

  /** Makes a user a member of a channel. */
  join(user: User, room: Room, now: number): void {
    if (room.members.has(user)) return;
    if (room !== this.general && user.accountId !== null) {
      this.#store.addMember(room.channel.id, user.accountId, now);
    }
    this.#attach(user, this.#own(room));
  }

  /** Removes a user from a channel. The current channel of connections there becomes {@linkcode general}. */
  leave(user: User, room: Room): void {
    if (!room.members.has(user)) return;
    if (room !== this.general && user.accountId !== null) {
      this.#store.removeMember(room.channel.id, user.accountId);
    }
    this.#detach(user, this.#own(room));
  }

  /** Creates a channel. @throws {NameTaken} */
  create({ name, createdBy, now }: NewChannel): Room {
    return this.#add(this.#store.create({ name, key: nameKey(name), createdBy, now }));
  }

  /** Changes the settings of a channel. */
  change(room: Room, change: ChannelChange): void {
    this.#own(room).channel = this.#store.update(room.channel.id, change);
  }

  /** Deletes a channel other than {@linkcode general}. Its messages can no longer be read. */
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

  /** Deletes a channel of a user if it has neither members nor messages. */
  deleteUnused(room: Room): void {
    const { channel, members } = room;
    if (room === this.general || members.size > 0 || channel.kept) return;
    if (isRestricted(channel) || channel.readOnly || channel.closed) return;
    if (!this.#store.isUsed(channel.id)) this.delete(room);
  }

  /** Whether an account is a member of a channel, online or not. */
  hasAccount(room: Room, accountId: number): boolean {
    return this.#store.membersOf(accountId).includes(room.channel.id);
  }

  /** Removes an account that is offline from a channel. */
  forget(room: Room, accountId: number): void {
    this.#store.removeMember(room.channel.id, accountId);
  }

  /** Yields the members of all restricted channels. The channels may change meanwhile. */
  *restrictedMembers(): Generator<{ user: User; room: Room }> {
    for (const room of this.#rooms.values()) {
      if (!isRestricted(room.channel)) continue;
      for (const user of room.members) yield { user, room };
    }
  }

  /** Applies the channels of the configuration. Other channels stay as they are. */
  configure(channels: readonly ConfiguredChannel[], now: number): void {
    this.#configured.clear();
    // All channels are listed before any is stored. If storing one fails, the others are still not deleted as
    // unused.
    for (const { name } of channels) this.#configured.add(nameKey(name));
    for (const { name, topic, roles, accounts, groups = [], readOnly } of channels) {
      const room = this.named(name) ?? this.create({ name, createdBy: null, now });
      const invited = isRestricted({ roles, accounts, groups }) ? room.channel.invited : [];
      this.change(room, {
        roles,
        accounts: [...new Set([...accounts.map(nameKey), ...invited])],
        invited,
        groups: groups.map(nameKey),
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
    this.#changed(user);
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
    this.#changed(user);
  }
}
