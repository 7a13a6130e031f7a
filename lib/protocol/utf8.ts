// Decodes UTF-8 that must not change, such as a password.

/** Decodes UTF-8 without any change, even a byte order mark; returns `undefined` if it is not UTF-8. */
export function exactUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
