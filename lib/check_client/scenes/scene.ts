// A scene: one part of the conversation with the client, which decides one or more checks.
import type { CheckId } from "../checks.ts";
import type { Stage } from "../stage.ts";

/** A scene. */
export interface Scene {
  /** The checks that it decides. */
  readonly checks: readonly CheckId[];
  /** Checks without which the scene makes no sense. */
  readonly needs?: readonly CheckId[];
  /** Plays it. Checks that it leaves open were not tried. */
  readonly play: (stage: Stage) => Promise<void>;
}
