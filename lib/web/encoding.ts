// Chooses the compression of a reply, and compares ETags.

/** The compressions, in order of preference. */
export const ENCODINGS = ["br", "gzip"] as const;

/** One of {@linkcode ENCODINGS}. */
export type Encoding = typeof ENCODINGS[number];

/**
 * Chooses the compression for a client.
 *
 * @param accepted The items of the client's `Accept-Encoding`, in lower case.
 * @param made Whether the file is available in a compression.
 * @returns `undefined` for no compression.
 */
export function chooseEncoding(
  accepted: readonly string[],
  made: (encoding: Encoding) => boolean,
): Encoding | undefined {
  const weights = new Map<string, number>();
  for (const item of accepted) {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(name, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  const weight = (name: string) => weights.get(name) ?? weights.get("*") ?? 0;
  const possible = ENCODINGS.filter((encoding) => made(encoding) && weight(encoding) > 0);
  return possible.reduce<Encoding | undefined>(
    (best, encoding) => best === undefined || weight(encoding) > weight(best) ? encoding : best,
    undefined,
  );
}

/** Whether a client already has the version with this ETag. @param known The values of its `If-None-Match`. */
export function hasVersion(known: readonly string[], etag: string): boolean {
  return known.join(",").split(",").some((item) => {
    const tag = item.trim().replace(/^W\//, "");
    return tag === "*" || tag === etag;
  });
}
