// Names rooms in requests, and tells which rooms the server stores for the user.
import type { Room } from "./state.ts";
import type { Step } from "./step.ts";
import type { Line } from "./wire.ts";

/** Returns the member of a request that names a room. */
export function address({ kind, name }: Pick<Room, "kind" | "name">): Line {
  return kind === "channel" ? { channel: name } : { with: name };
}

/** Whether the server stores the messages of a room for this user. It stores private ones for accounts only. */
export function isKept(step: Step, room: Room): boolean {
  return room.kind === "channel" || step.app.me?.role !== "guest";
}
