// Replies to browsers: files of the page, and texts.
import type { HttpReply } from "../http/conversation.ts";
import { listOf } from "../http/head.ts";
import type { Fields } from "../net/web/forwarded.ts";
import type { Asset } from "./assets.ts";
import { chooseEncoding, hasVersion } from "./encoding.ts";

/** A text. */
export function plainReply(status: number, text: string): HttpReply {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return { status, body: `${text}\n`, headers };
}

/** A file, compressed as the client accepts it; without it where the client has it already. */
export function fileReply(asset: Asset, fields: Fields): HttpReply {
  const { etag, cacheControl, type, identity } = asset;
  const encoding = chooseEncoding(
    listOf(fields, "accept-encoding"),
    (each) => asset[each] !== undefined,
  );
  // Each compression is a version of its own.
  const tag = encoding === undefined ? etag : `${etag.slice(0, -1)}-${encoding}"`;
  const headers = { etag: tag, "cache-control": cacheControl, vary: "Accept-Encoding" };
  if (hasVersion(fields.get("if-none-match") ?? [], tag)) return { status: 304, body: "", headers };
  return {
    status: 200,
    body: encoding === undefined ? identity : asset[encoding]!,
    headers: {
      ...headers,
      "content-type": type,
      ...(encoding === undefined ? {} : { "content-encoding": encoding }),
    },
  };
}
