// The transport of the NATS library, with sockets whose errors never end the process. The library removes its listeners
// from a socket before it is destroyed, and between the steps of connecting. An error that is reported then would have no
// listener, and Node.js ends a process with such an error.
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import {
  type NatsConnection,
  NatsConnectionImpl,
  type NodeConnectionOptions,
  setTransportFactory,
} from "@nats-io/transport-node";
import { nodeResolveHost, NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/** Connects, as `connect` of the library does. */
export async function connectSafely(options: NodeConnectionOptions): Promise<NatsConnection> {
  setTransportFactory({ factory: () => new SafeTransport(), dnsResolveFn: nodeResolveHost });
  return await NatsConnectionImpl.connect(options);
}

class SafeTransport extends NodeTransport {
  override async dial(server: { hostname: string; port: number }): Promise<Socket> {
    return keepListening(await super.dial(server));
  }

  override async startTLS(): Promise<TLSSocket> {
    return keepListening(await super.startTLS());
  }
}

// The library learns of a lost connection by other means: the event `close`, and pings.
function keepListening<T extends Socket>(socket: T): T {
  const listen = () => socket.on("error", () => {});
  const remove = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (...events) => {
    remove(...events);
    return listen();
  };
  return listen();
}
