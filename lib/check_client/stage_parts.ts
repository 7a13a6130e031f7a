// What a stage is made from, and how a scene takes part in it.
import type { Clock } from "../ops/background.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Request } from "../protocol/request.ts";
import type { Limits } from "./checks.ts";
import type { Findings } from "./findings.ts";
import type { Interview } from "./interview.ts";
import type { World } from "./played/world.ts";
import type { Link } from "./wire/link.ts";

/** Decides on a request, `sent` as this line, in place of the played server. Returns whether it did. */
export type Intercept = (link: Link, request: Request, sent: string) => boolean;

/** What a stage is made from. */
export interface StageParts {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly interview: Interview;
  readonly findings: Findings;
  readonly world: World;
  /** Returns the open connections. */
  readonly links: () => readonly Link[];
  /** The text of an error, in the language of the student. */
  readonly errorText: (error: ProtocolError) => string;
}
