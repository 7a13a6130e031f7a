// All attacks, in the order of the table.
import { naming } from "./accounts.ts";
import type { Attack } from "./attack.ts";
import { vanishing } from "./dead_peers.ts";
import { fanout } from "./fanout.ts";
import { lockingOut, spraying } from "./guessing.ts";
import { storming, teaching } from "./honest.ts";
import { joining } from "./joins.ts";
import { names } from "./names.ts";
import { occupying, swelling } from "./passwords.ts";
import { conversing, longReading, searching } from "./reading.ts";
import { exhausting, idling } from "./sockets.ts";
import { stalling } from "./tls.ts";
import { filling, indexing, mailing } from "./writing.ts";

/** The rows of the table. */
export const ATTACKS: readonly Attack[] = [
  names,
  fanout,
  searching,
  conversing,
  indexing,
  longReading,
  occupying,
  mailing,
  idling,
  filling,
  naming,
  lockingOut,
  spraying,
  swelling,
  joining,
  stalling,
  exhausting,
  vanishing,
  storming,
  teaching,
];
