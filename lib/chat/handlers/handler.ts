// The types of handlers. A handler serves the requests of one type.
import type { RequestOf, RequestType } from "../../protocol/request.ts";
import type { Session } from "../presence/session.ts";
import type { Services } from "../services.ts";

/** Serves one request. It throws a `ProtocolError` for a mistake of the client. */
export type Handler<T extends RequestType> = (
  session: Session,
  request: RequestOf<T>,
  services: Services,
) => void | Promise<void>;

/** A handler for every type of request. Each family contributes a part. */
export type Handlers = { readonly [T in RequestType]: Handler<T> };
