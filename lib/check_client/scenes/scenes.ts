// All scenes, in the order in which they are played.
import { arrival } from "./arrival.ts";
import { cut } from "./cut.ts";
import { password } from "./password.ts";
import { decoding, members, packets, slowNetwork, unknownType } from "./reading.ts";
import { receiving } from "./receiving.ts";
import { refused } from "./refused.ts";
import type { Scene } from "./scene.ts";
import { serverStop } from "./server_stop.ts";
import { accents, escaping, ownOnce } from "./writing.ts";

/** The scenes. */
export const SCENES: readonly Scene[] = [
  arrival,
  receiving,
  ownOnce,
  accents,
  escaping,
  decoding,
  packets,
  members,
  unknownType,
  slowNetwork,
  refused,
  password,
  cut,
  serverStop,
];
