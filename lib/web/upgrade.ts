// The server's side of the WebSocket handshake (RFC 6455, section 4.2).
import { createHash } from "node:crypto";
import { type HttpRequest, listOf } from "../http/head.ts";

/** The subprotocol of the chat. */
export const SUBPROTOCOL = "classcord";

/** The rejection of a handshake. */
export interface BadUpgrade {
  readonly status: 400 | 405 | 426;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The acceptance of a handshake: the headers of the reply with status 101. */
export interface GoodUpgrade {
  readonly status: 101;
  readonly headers: Readonly<Record<string, string>>;
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
// 16 bytes in base64.
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** Checks a handshake. */
export function answerUpgrade({ method, version, fields }: HttpRequest): GoodUpgrade | BadUpgrade {
  if (method !== "GET") {
    return bad(405, `Expected GET for a WebSocket, got ${method}.`, { allow: "GET" });
  }
  const isUpgrade = listOf(fields, "upgrade").includes("websocket") &&
    listOf(fields, "connection").includes("upgrade");
  if (!isUpgrade || version !== "1.1") {
    return bad(426, "Expected a WebSocket over HTTP/1.1.", { upgrade: "websocket" });
  }
  const [wanted, ...versions] = fields.get("sec-websocket-version") ?? [];
  if (wanted !== "13" || versions.length > 0) {
    return bad(426, "Expected version 13 of WebSocket.", {
      upgrade: "websocket",
      "sec-websocket-version": "13",
    });
  }
  const [key = "", ...keys] = fields.get("sec-websocket-key") ?? [];
  if (!KEY.test(key) || keys.length > 0) {
    return bad(400, "Expected one Sec-WebSocket-Key of 16 bytes in base64.");
  }
  const protocols = listOf(fields, "sec-websocket-protocol");
  return {
    status: 101,
    headers: {
      upgrade: "websocket",
      "sec-websocket-accept": createHash("sha1").update(key + GUID).digest("base64"),
      ...(protocols.includes(SUBPROTOCOL) ? { "sec-websocket-protocol": SUBPROTOCOL } : {}),
    },
  };
}

function bad(
  status: BadUpgrade["status"],
  message: string,
  headers: Record<string, string> = {},
): BadUpgrade {
  return { status, message, headers };
}
