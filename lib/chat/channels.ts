// Which channel a request means. There is one, and everyone who joined is in it.
import { ProtocolError } from "../protocol/errors.ts";
import { nameKey } from "../protocol/names.ts";
import { DEFAULT_CHANNEL } from "../protocol/reply.ts";

/**
 * The channel of that name, or the one everyone is in where none is named.
 *
 * @throws {ProtocolError} `unknown_channel`
 */
export function resolveChannel(name: string | undefined): string {
  if (name === undefined || nameKey(name) === nameKey(DEFAULT_CHANNEL)) return DEFAULT_CHANNEL;
  throw new ProtocolError(
    "unknown_channel",
    `Expected the channel ${DEFAULT_CHANNEL}, got ${JSON.stringify(name.slice(0, 40))}.`,
  );
}
