// A simple model of the chat for a property test: it knows who may read what.

/** A person who takes part. */
export interface Person {
  readonly name: string;
  readonly role: "guest" | "member" | "moderator" | "admin";
}

/** All persons. */
export const CAST: readonly Person[] = [
  { name: "ada", role: "admin" },
  { name: "max", role: "moderator" },
  { name: "bob", role: "member" },
  { name: "eve", role: "member" },
  { name: "gus", role: "guest" },
];

/** The channels, and who is admitted to each at the beginning. Without names, everyone is. */
export const ROOMS = ["#général", "#dev", "#profs", "#club"] as const;

/** A message. */
export interface Said {
  readonly id: number;
  readonly content: string;
  readonly from: string;
  /** Its channel, or its recipient. */
  readonly channel: string | undefined;
  readonly to: string | undefined;
  /** The persons who were there to receive it. */
  readonly heardBy: ReadonlySet<string>;
  /** Whether the recipient was offline: then it arrives once, at one connection. */
  readonly kept: boolean;
  deleted: boolean;
}

interface ModelRoom {
  admitted: ReadonlySet<string> | undefined;
  closed: boolean;
  /** Members, online or not; guests only while online. */
  readonly members: Set<string>;
  /** The last id that is hidden, by person. */
  readonly marks: Map<string, number>;
}

/** The expected state of the chat. */
export class Model {
  readonly said: Said[] = [];
  readonly online = new Set<string>();
  readonly banned = new Set<string>();
  readonly rooms = new Map<string, ModelRoom>();

  constructor() {
    for (const name of ROOMS) {
      const admitted = name === "#profs"
        ? new Set(["ada", "max"])
        : name === "#club"
        ? new Set(["bob"])
        : undefined;
      this.rooms.set(name, { admitted, closed: false, members: new Set(), marks: new Map() });
    }
  }

  room(name: string): ModelRoom {
    return this.rooms.get(name)!;
  }

  isModerator(name: string): boolean {
    return rankOf(name) >= 2;
  }

  isAdmitted(name: string, room: string): boolean {
    const { admitted } = this.room(room);
    return admitted === undefined || admitted.has(name);
  }

  isIn(name: string, room: string): boolean {
    return this.online.has(name) && this.room(room).members.has(name);
  }

  mayJoin(name: string, room: string): boolean {
    return this.isAdmitted(name, room) && (!this.room(room).closed || this.isModerator(name));
  }

  mayRead(name: string, room: string): boolean {
    return this.isAdmitted(name, room) && (this.isIn(name, room) || this.mayJoin(name, room));
  }

  mayAct(actor: string, target: string): boolean {
    return rankOf(actor) >= 2 && rankOf(target) < rankOf(actor);
  }

  /** Returns the messages of a channel that a person may read now. */
  readable(name: string, room: string): Said[] {
    if (!this.mayRead(name, room)) return [];
    const mark = this.room(room).marks.get(name) ?? 0;
    return this.said.filter(({ channel, id, deleted }) =>
      channel === room && id > mark && !deleted
    );
  }

  enter(name: string): void {
    if (this.online.has(name)) return;
    this.online.add(name);
    this.room(ROOMS[0]).members.add(name);
    for (const [room, { members }] of this.rooms) {
      if (!this.isAdmitted(name, room)) members.delete(name);
    }
  }

  exit(name: string): void {
    this.online.delete(name);
    this.room(ROOMS[0]).members.delete(name);
    if (rankOf(name) === 0) { for (const { members } of this.rooms.values()) members.delete(name); }
  }

  expel(name: string, room: string): void {
    const last = this.said.at(-1)?.id ?? 0;
    this.room(room).marks.set(name, last);
  }
}

/** Returns the index of a person's rank. */
export function rankOf(name: string): number {
  const role = CAST.find((person) => person.name === name)!.role;
  return ["guest", "member", "moderator", "admin"].indexOf(role);
}
