// Addresses of NATS servers, and what a connection to them requires.
import { type NatsAddress, readNatsAddress } from "../../net/nats_address.ts";
import { NatsUnusable } from "./errors.ts";

/** Reads an address such as `nats-1:4222`, `[::1]` or `tls://nats-1`. @throws {NatsUnusable} */
export function readServer(text: string): NatsAddress {
  const read = readNatsAddress(text);
  if (read !== undefined) return read;
  throw new NatsUnusable(
    `cluster.servers: expected an address such as nats-1.example.org:4222, got ${text}`,
  );
}
