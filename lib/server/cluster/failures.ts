// Which errors of a node an administrator has to mend.
import { DoesNotFit } from "../../cluster/copies/apply.ts";
import { CopyUnfit } from "../../cluster/copies/database_file.ts";
import { NotReplicable } from "../../cluster/copies/fitting.ts";
import { WrongLog } from "../../cluster/copies/place_check.ts";
import { LogGone, NeedsCopy } from "../../cluster/batch.ts";
import { NatsUnusable } from "../../cluster/nats/errors.ts";
import { StartFailure } from "../server_options.ts";

const LASTING = [CopyUnfit, DoesNotFit, LogGone, NatsUnusable, NotReplicable, WrongLog];

/** Returns a {@linkcode StartFailure} for an error whose message says what to do, and other errors unchanged. */
export function asStartFailure(error: unknown): unknown {
  if (!LASTING.some((kind) => error instanceof kind)) return error;
  const mayPass = error instanceof NeedsCopy || error instanceof NatsUnusable && error.mayPass;
  return new StartFailure((error as Error).message, { cause: error, mayPass });
}
