// How requests name a room, and which rooms the server keeps for the user.
import type { Room } from "./state.ts";
import type { Step } from "./step.ts";
import type { Line } from "./wire.ts";

/** The member of a request that names a room. */
export function address({ kind, name }: Pick<Room, "kind" | "name">): Line {
  return kind === "channel" ? { channel: name } : { with: name };
}

/** Whether the server keeps the messages of a room for this user: private ones are kept for accounts. */
export function isKept(step: Step, room: Room): boolean {
  return room.kind === "channel" || step.app.me?.role !== "guest";
}
