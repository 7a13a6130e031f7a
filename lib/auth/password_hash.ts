// Reads and writes password hashes as PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
// https://github.com/P-H-C/phc-string-format

/** The cost of a hash. */
export interface HashParameters {
  /** Memory in KiB. */
  readonly memoryKib: number;
  /** The number of passes over the memory. */
  readonly iterations: number;
  /** The number of lanes. */
  readonly parallelism: number;
}

/**
 * Returns the configured cost of password hashes.
 *
 * @param settings The section `auth` of the configuration.
 */
export function hashParameters(
  settings: Readonly<Record<`argon2_${"memory_kib" | "iterations" | "parallelism"}`, number>>,
): HashParameters {
  return {
    memoryKib: settings.argon2_memory_kib,
    iterations: settings.argon2_iterations,
    parallelism: settings.argon2_parallelism,
  };
}

/** A hash with its parameters and salt. */
export interface PasswordHash extends HashParameters {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** The length of a salt, in bytes. */
export const SALT_BYTES = 16;
/** The length of a hash, in bytes. */
export const HASH_BYTES = 32;

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([\w+/]{11,86})\$([\w+/]{16,172})$/;

/** Formats a hash as a PHC string. */
export function formatHash(parts: PasswordHash): string {
  const { memoryKib, iterations, parallelism, salt, hash } = parts;
  const cost = `m=${memoryKib},t=${iterations},p=${parallelism}`;
  return `$argon2id$v=19$${cost}$${toBase64(salt)}$${toBase64(hash)}`;
}

/** Parses a PHC string. @returns `undefined` if it is not an Argon2id hash of this program. */
export function parseHash(phc: string): PasswordHash | undefined {
  const [, memory, iterations, parallelism, salt, hash] = PHC.exec(phc) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  try {
    return {
      memoryKib: Number(memory),
      iterations: Number(iterations),
      parallelism: Number(parallelism),
      salt: Uint8Array.fromBase64(salt),
      hash: Uint8Array.fromBase64(hash),
    };
  } catch {
    return undefined;
  }
}

/** Whether a stored hash has a lower cost than required today, or cannot be parsed. */
export function needsRehash(phc: string, wanted: HashParameters): boolean {
  const stored = parseHash(phc);
  return stored === undefined || stored.memoryKib < wanted.memoryKib ||
    stored.iterations < wanted.iterations || stored.parallelism < wanted.parallelism;
}

function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true });
}
