// Watches whether the connection of a node to NATS is there.
import type { NatsConnection } from "@nats-io/transport-node";
import type { NatsLink } from "../status.ts";

/** Watches a connection until it is closed. @returns Describes it as it is now. */
export function watchLink(connection: NatsConnection): () => NatsLink {
  let link: NatsLink = { connected: true, server: connection.getServer() };
  const watch = async () => {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") link = { ...link, connected: false };
      if (type === "reconnect") link = { connected: true, server: connection.getServer() };
    }
  };
  void watch();
  return () => connection.isClosed() ? { ...link, connected: false } : link;
}
