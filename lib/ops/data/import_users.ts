// Imports accounts from `users.pkl`, the file of the original server: a pickled dictionary of names and plaintext
// passwords. Each user is copied exactly, or left out and reported with the reason.
import type { PasswordPool } from "../../auth/password_pool.ts";
import { normalizePassword, PASSWORD_MAX } from "../../auth/password_text.ts";
import { Texts } from "../../chat/texts/catalogue.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { kindOf } from "../../protocol/json.ts";
import { checkName } from "../../protocol/names.ts";
import { exactUtf8 } from "../../protocol/utf8.ts";
import type { AccountStore } from "../../store/accounts.ts";
import { NameTaken } from "../../store/errors.ts";
import { unpickle } from "./pickle.ts";
import { type Pickled, type PickledMap, PickleError } from "./pickled.ts";

/** The maximum size of the file, in bytes. */
const PICKLE_MAX_BYTES = 64 * 2 ** 20;

/** A user of the original server. */
export interface ImportedUser {
  readonly name: string;
  readonly password: string;
}

/** A user who was not imported, with the reason. */
export interface LeftOut {
  /** The name as in the file. */
  readonly name: string;
  readonly reason: string;
}

/** The result of an import or of a dry run. */
export interface ImportReport {
  readonly added: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Reads the users from a pickle.
 *
 * @returns The users, and the entries that are not users.
 * @throws {PickleError}
 */
export function readPickle(bytes: Uint8Array): { users: ImportedUser[]; leftOut: LeftOut[] } {
  if (bytes.length > PICKLE_MAX_BYTES) {
    throw new PickleError(
      `expected at most ${PICKLE_MAX_BYTES} bytes, got ${bytes.length}.`,
    );
  }
  const value = unpickle(bytes);
  if (!(value instanceof Map)) {
    throw new PickleError(`expected a pickled dictionary of users, got ${kindOf(value)}.`);
  }
  const users: ImportedUser[] = [];
  const leftOut: LeftOut[] = [];
  for (const [key, entry] of value) {
    const name = toText(key);
    const password = toText(entry instanceof Map ? memberOf(entry, "password") : entry);
    if (name.text === undefined) {
      leftOut.push({ name: name.shown, reason: `the name is ${name.problem}` });
    } else if (password.text === undefined) {
      leftOut.push({ name: name.text, reason: `the password is ${password.problem}` });
    } else users.push({ name: name.text, password: password.text });
  }
  return { users, leftOut };
}

/** Returns a value of a dictionary. The keys may be byte strings of Python 2. */
function memberOf(map: PickledMap, wanted: string): Pickled | undefined {
  for (const [key, value] of map) if (toText(key).text === wanted) return value;
  return undefined;
}

type Text =
  | { readonly text: string }
  | { readonly text?: never; readonly shown: string; readonly problem: string };

/**
 * Returns a text unchanged. Byte strings of Python 2 count as text if they are UTF-8, which includes ASCII. Other
 * bytes may have any character set, and a wrong guess would silently change a password.
 */
function toText(value: Pickled | undefined): Text {
  const text = value instanceof Uint8Array ? exactUtf8(value) : value;
  if (typeof text === "string" && text.isWellFormed()) return { text };
  if (typeof text === "string") {
    return {
      shown: text.toWellFormed(),
      problem: "a text with a lone surrogate, which is half a character",
    };
  }
  return value instanceof Uint8Array
    ? {
      shown: shownBytes(value),
      problem: "in bytes that are not UTF-8: their character set is unknown",
    }
    : { shown: "(no text)", problem: value === undefined ? "missing" : "not a text" };
}

function shownBytes(bytes: Uint8Array): string {
  const escape = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;
  return Array.from(
    bytes.subarray(0, SHOWN_BYTES),
    (byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : escape(byte),
  ).join("");
}

const SHOWN_BYTES = 64;

/** Options of {@linkcode importUsers}. */
export interface ImportTools {
  readonly store: AccountStore;
  readonly pool: Pick<PasswordPool, "hash">;
  /** Whether to report only, without changes. */
  readonly dryRun: boolean;
  /** Returns the time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** A user whose name and password can be used. */
export interface CheckedUser extends ImportedUser {
  readonly key: string;
}

/** Where the accounts are created. */
export interface ImportTarget {
  /** The keys of the names that have accounts. */
  readonly taken: Iterable<string>;
  /** Creates an account. @returns Why it was not created, or nothing. */
  readonly add: (user: CheckedUser) => Promise<string | undefined>;
  /** Whether to report only, without changes. */
  readonly dryRun: boolean;
}

/** Creates an account for each user. Existing accounts do not change. Short passwords are accepted. */
export async function importUsers(
  users: readonly ImportedUser[],
  { store, pool, dryRun, now }: ImportTools,
): Promise<ImportReport> {
  return await importInto(users, {
    taken: store.list().map(({ key }) => key),
    async add({ name, key, password }) {
      const passwordHash = await pool.hash(password);
      try {
        store.create({ name, key, passwordHash, now: now() });
      } catch (error) {
        if (error instanceof NameTaken) return "the name has just been registered";
        throw error;
      }
    },
    dryRun,
  });
}

/** Creates an account for each user, wherever the accounts are. Existing accounts do not change. */
export async function importInto(
  users: readonly ImportedUser[],
  { dryRun, add, ...target }: ImportTarget,
): Promise<ImportReport> {
  const added: string[] = [];
  const leftOut: LeftOut[] = [];
  const taken = new Set(target.taken);
  const work = users.map(async ({ name: given, password }) => {
    const checked = checkName(given);
    if (!checked.ok) {
      const reason = new Texts("en").error(new ProtocolError("bad_username", checked));
      return leftOut.push({ name: given, reason });
    }
    const { name, key } = checked;
    if (taken.has(key)) {
      return leftOut.push({ name: given, reason: "an account of that name exists" });
    }
    if (password === "" || normalizePassword(password) === undefined) {
      const reason =
        `expected a password of 1 to ${PASSWORD_MAX} characters, got ${password.length}`;
      return leftOut.push({ name: given, reason });
    }
    taken.add(key);
    const reason = dryRun ? undefined : await add({ name, key, password });
    if (reason === undefined) added.push(name);
    else leftOut.push({ name: given, reason });
  });
  await Promise.all(work);
  return { added, leftOut };
}
