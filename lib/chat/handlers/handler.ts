// What a handler is: it serves the requests of one type.
import type { RequestOf, RequestType } from "../../protocol/request.ts";
import type { Session } from "../presence/session.ts";
import type { Services } from "../services.ts";

/** Serves one request. What the client caused is thrown as a `ProtocolError`. */
export type Handler<T extends RequestType> = (
  session: Session,
  request: RequestOf<T>,
  services: Services,
) => void | Promise<void>;

/** A handler for every type of request. Each family of requests is a part of it. */
export type Handlers = { readonly [T in RequestType]: Handler<T> };
