// Reads the request of a client's line as the server does.
import { ProtocolError } from "../../protocol/errors.ts";
import { parseObject } from "../../protocol/json.ts";
import { parseRequest, type Request } from "../../protocol/request.ts";
import type { SentLine } from "./sent_lines.ts";

/** The request of a line, or why the server would refuse it. */
export type ReadRequest =
  | { readonly request: Request; readonly error?: undefined }
  | { readonly request?: undefined; readonly error: ProtocolError };

/** Reads a request. A line that was repaired is read as what it means. */
export function readRequest({ object, text, faults }: SentLine): ReadRequest {
  try {
    if (object !== undefined) {
      return { request: parseRequest(faults.length === 0 ? text : JSON.stringify(object)) };
    }
    parseObject(text);
    return { error: new ProtocolError("bad_json") };
  } catch (error) {
    if (error instanceof ProtocolError) return { error };
    throw error;
  }
}
