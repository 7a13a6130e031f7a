// Argon2id by the reference implementation in C, compiled to WebAssembly with SIMD.
//
// The binary is from npm:@phi-ag/argon2. Its JavaScript is not used, because it gives the C code the length of a
// password in UTF-16 units instead of UTF-8 bytes, which truncates passwords with accents.
import wasm from "@phi-ag/argon2/argon2.wasm" with { type: "bytes" };
import { HASH_BYTES, type HashParameters } from "./password_hash.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  free(pointer: number): void;
  // deno-lint-ignore camelcase -- the C library's name
  argon2_hash(...args: number[]): number;
}

const ARGON2ID = 2;
const VERSION_13 = 0x13;
const NO_ENCODED = [0, 0];

/** The password to hash, and the cost. */
export interface HashInput extends HashParameters {
  /** In UTF-8. */
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
}

/** Computes a hash. This takes tens of milliseconds and does not yield. */
export type Argon2id = (input: HashInput) => Uint8Array;

/** Loads the WebAssembly module. Its memory grows once and is reused for each hash. */
export async function loadArgon2id(): Promise<Argon2id> {
  const { instance } = await WebAssembly.instantiate(wasm as Uint8Array<ArrayBuffer>);
  const c = instance.exports as unknown as Exports;
  c._initialize();
  return ({ password, salt, memoryKib, iterations, parallelism }) => {
    const pointer = c.malloc(password.length + salt.length + HASH_BYTES);
    const area = () =>
      new Uint8Array(c.memory.buffer, pointer, password.length + salt.length + HASH_BYTES);
    area().set(password);
    area().set(salt, password.length);
    const saltAt = pointer + password.length;
    const hashAt = saltAt + salt.length;
    try {
      const result = c.argon2_hash(
        ...[iterations, memoryKib, parallelism],
        ...[pointer, password.length, saltAt, salt.length, hashAt, HASH_BYTES],
        ...[...NO_ENCODED, ARGON2ID, VERSION_13],
      );
      if (result !== 0) throw new Error(`Argon2 failed with code ${result}`);
      return area().slice(-HASH_BYTES);
    } finally {
      area().fill(0);
      c.free(pointer);
    }
  };
}
