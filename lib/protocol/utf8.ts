// Decodes UTF-8 that must not be changed, such as a password.

/** Decodes UTF-8 without changing anything, a byte order mark included; `undefined` where it is none. */
export function exactUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
