// Creates replies to browsers: files of the page, and texts.
import type { HttpReply } from "../http/conversation.ts";
import { listOf } from "../http/head.ts";
import type { Fields } from "../net/web/forwarded.ts";
import type { Asset } from "./assets.ts";
import { chooseEncoding, hasVersion } from "./encoding.ts";

/** Returns a reply with a line of plain text. */
export function plainReply(status: number, text: string): HttpReply {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return { status, body: `${text}\n`, headers };
}

/** Returns a reply with a file, in a compression that the client accepts, or status 304 if the client has the file. */
export function fileReply(asset: Asset, fields: Fields): HttpReply {
  const { etag, cacheControl, type, identity } = asset;
  const encoding = chooseEncoding(
    listOf(fields, "accept-encoding"),
    (each) => asset[each] !== undefined,
  );
  // Each compression needs an ETag of its own.
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
