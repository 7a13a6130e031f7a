// Accounts out of `users.pkl`, the file in which the original server kept them: a pickled dictionary of
// names and passwords in clear. A pickle is a program; this one can only build plain values.
import { Parser } from "pickleparser";
import type { PasswordPool } from "../auth/password_pool.ts";
import { normalizePassword, PASSWORD_MAX } from "../auth/password_text.ts";
import { kindOf } from "../protocol/json.ts";
import { checkName } from "../protocol/names.ts";
import type { AccountStore } from "../store/accounts.ts";
import { NameTaken } from "../store/errors.ts";

/** Largest file that is read, in bytes. */
const PICKLE_MAX_BYTES = 64 * 2 ** 20;

/** The file is no dictionary of names and passwords; the message says what it is. */
export class PickleError extends Error {
  override readonly name = "PickleError";
}

/** One user of the original server. */
export interface ImportedUser {
  readonly name: string;
  readonly password: string;
}

/** Why a user was left out. */
export interface LeftOut {
  /** The name as it stands in the file. */
  readonly name: string;
  readonly reason: string;
}

/** What an import did, or would do. */
export interface ImportReport {
  readonly added: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Reads the users of a pickle.
 *
 * @returns The users, and the entries that are none.
 * @throws {PickleError}
 */
export function readPickle(bytes: Uint8Array): { users: ImportedUser[]; leftOut: LeftOut[] } {
  if (bytes.length > PICKLE_MAX_BYTES) {
    throw new PickleError(
      `expected at most ${PICKLE_MAX_BYTES} bytes, got ${bytes.length}.`,
    );
  }
  refuseMangled(bytes);
  const value = parse(bytes);
  if (!(value instanceof Map)) {
    throw new PickleError(`expected a pickled dictionary of users, got ${kindOf(value)}.`);
  }
  const users: ImportedUser[] = [];
  const leftOut: LeftOut[] = [];
  for (const [key, entry] of value) {
    const name = toText(key);
    const password = toText(entry instanceof Map ? entry.get("password") : entry);
    if (name === undefined) leftOut.push({ name: "(no text)", reason: "the name is not a text" });
    else if (password === undefined) {
      leftOut.push({ name, reason: "there is no password in clear" });
    } else users.push({ name, password });
  }
  return { users, leftOut };
}

const PROTOCOL_MARK = 0x80;
const EMPTY_DICTIONARY = 0x7d;

// The oldest format writes other characters than ASCII in a way that the parser takes for Latin-1.
function refuseMangled(bytes: Uint8Array): void {
  if (bytes[0] === PROTOCOL_MARK || bytes[0] === EMPTY_DICTIONARY) return;
  const text = new TextDecoder("latin1").decode(bytes);
  // deno-lint-ignore no-control-regex -- every byte that is not ASCII
  if (!/[^\x00-\x7f]|\\[ux]/.test(text)) return;
  throw new PickleError(
    "expected pickle protocol 1 to 5, got protocol 0 with accents, which cannot be read with " +
      'certainty. Convert it: python3 -c "import pickle; ' +
      "pickle.dump(pickle.load(open('users.pkl','rb')), open('users4.pkl','wb'), 4)\"",
  );
}

function parse(bytes: Uint8Array): unknown {
  const refuse = {
    resolve(...what: unknown[]): never {
      throw new PickleError(
        `expected plain values, got a reference to ${
          what.join(".")
        }: this file could run a program.`,
      );
    },
  };
  const parser = new Parser({
    nameResolver: refuse,
    persistentResolver: refuse,
    extensionResolver: refuse,
    unpicklingTypeOfDictionary: "Map",
  });
  try {
    return parser.parse(bytes);
  } catch (error) {
    if (error instanceof PickleError) throw error;
    // What the parser says of it is about the parser.
    throw new PickleError("expected a pickle, got something else or a part of one.", {
      cause: error,
    });
  }
}

function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** What {@linkcode importUsers} works with. */
export interface ImportTools {
  readonly store: AccountStore;
  readonly pool: Pick<PasswordPool, "hash">;
  /** Only tell what would be done. */
  readonly dryRun: boolean;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Makes an account of each user; names that exist are left as they are. Passwords of any length pass. */
export async function importUsers(
  users: readonly ImportedUser[],
  { store, pool, dryRun, now }: ImportTools,
): Promise<ImportReport> {
  const added: string[] = [];
  const leftOut: LeftOut[] = [];
  const taken = new Set(store.list().map(({ key }) => key));
  const work = users.map(async ({ name: given, password }) => {
    const checked = checkName(given);
    if (!checked.ok) return leftOut.push({ name: given, reason: checked.reason });
    const { name, key } = checked;
    if (taken.has(key)) {
      return leftOut.push({ name: given, reason: "there is an account of that name" });
    }
    if (password === "" || normalizePassword(password) === undefined) {
      const reason =
        `expected a password of 1 to ${PASSWORD_MAX} characters, got ${password.length}`;
      return leftOut.push({ name: given, reason });
    }
    taken.add(key);
    if (!dryRun) {
      const passwordHash = await pool.hash(password);
      try {
        store.create({ name, key, passwordHash, now: now() });
      } catch (error) {
        if (!(error instanceof NameTaken)) throw error;
        return leftOut.push({ name: given, reason: "somebody has just registered that name" });
      }
    }
    added.push(name);
  });
  await Promise.all(work);
  return { added, leftOut };
}
