// Accounts as the chat uses them: register, log in, change a password; with every rule about names,
// passwords and failed attempts.
import { ProtocolError } from "../protocol/errors.ts";
import { checkName, nameKey } from "../protocol/names.ts";
import type { Account, AccountRole, AccountStore } from "../store/accounts.ts";
import { NameTaken } from "../store/errors.ts";
import { formatHash, HASH_BYTES, needsRehash, SALT_BYTES } from "./password_hash.ts";
import { type PasswordPool, PoolBusy } from "./password_pool.ts";
import { type Throttle, Throttled } from "./throttle.ts";

/** Longest password, in characters. */
export const PASSWORD_MAX = 256;

/** The rules that are settings. */
export interface AccountRules {
  /** Fewest characters of a password. */
  readonly passwordMin: number;
  /** Whether clients may register. */
  readonly registration: boolean;
}

/** What accounts are made of. */
export interface AccountsOptions {
  readonly store: AccountStore;
  readonly pool: Pick<PasswordPool, "hash" | "verify" | "parameters">;
  readonly throttle: Throttle;
  /** What may change while the server runs; read at every use. */
  readonly rules: AccountRules;
  /** Told why a login could not be noted, as on a full disk: it counts all the same. */
  readonly unrecorded?: (error: unknown) => void;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Who claims to be whom, from where. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** The network the attempt counts for. */
  readonly address: string;
}

/** A change of password by its owner. */
export interface PasswordChange {
  readonly account: Account;
  readonly old: string;
  readonly new: string;
  /** The network the attempt counts for. */
  readonly address: string;
}

/** The rules about accounts. All its failures are {@linkcode ProtocolError}s, bugs excepted. */
export class Accounts {
  readonly #options: AccountsOptions;
  // Verified in the place of an unknown user's hash, so that it takes as long. No password has it.
  readonly #decoy: string;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#decoy = formatHash({
      ...options.pool.parameters,
      salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
      hash: crypto.getRandomValues(new Uint8Array(HASH_BYTES)),
    });
  }

  /** Makes an account, as a client asks for it. */
  async register(request: { username: string; password: string }): Promise<Account> {
    if (!this.#options.rules.registration) {
      throw new ProtocolError("forbidden", "Registration is closed: ask the administrator.");
    }
    return await this.create(request);
  }

  /** Makes an account. */
  async create(
    { username, password, role }: { username: string; password: string; role?: AccountRole },
  ): Promise<Account> {
    const { name, key } = this.checkFree(username);
    this.#checkPassword(password);
    const passwordHash = await this.#orBusy(this.#options.pool.hash(password));
    try {
      const base = { name, key, passwordHash, now: this.#options.now() };
      return this.#options.store.create(role === undefined ? base : { ...base, role });
    } catch (error) {
      // Somebody was faster while the password was hashed.
      throw error instanceof NameTaken ? nameTaken() : error;
    }
  }

  /** Checks that an account may be made under a name. @returns The name to show and its key. */
  checkFree(username: string): { name: string; key: string } {
    const checked = checkName(username);
    if (!checked.ok) throw new ProtocolError("bad_username", checked.reason);
    if (this.#options.store.findByKey(checked.key) !== undefined) throw nameTaken();
    return checked;
  }

  /** Who may join with these credentials. Takes as long for an unknown name as for a wrong password. */
  async authenticate({ username, password, address }: Credentials): Promise<Account> {
    const key = nameKey(username.slice(0, PASSWORD_MAX));
    await this.#attempt(key, address, () => this.#verify(key, password));
    const account = this.#options.store.findByKey(key);
    if (account === undefined || account.disabledAt !== null) throw loginFailed();
    const { store, now } = this.#options;
    this.#note(() => store.touchLogin(account.id, now()));
    await this.#strengthen(account, password);
    return account;
  }

  // The disk may be full: that keeps nobody from logging in.
  #note(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#options.unrecorded?.(error);
    }
  }

  /** Changes a password, given the old one. */
  async changePassword({ account, old, new: next, address }: PasswordChange): Promise<void> {
    this.#checkPassword(next);
    const { store, pool } = this.#options;
    const before = store.findByKey(account.key)?.passwordHash;
    await this.#attempt(account.key, address, () => this.#verify(account.key, old));
    const hash = await this.#orBusy(pool.hash(next));
    // An administrator may have set another meanwhile: that one counts.
    if (store.findByKey(account.key)?.passwordHash !== before) throw loginFailed();
    store.setPasswordHash(account.id, hash);
  }

  /** Sets a password. */
  async setPassword(account: Account, password: string): Promise<void> {
    this.#checkPassword(password);
    const hash = await this.#orBusy(this.#options.pool.hash(password));
    this.#options.store.setPasswordHash(account.id, hash);
  }

  async #attempt(key: string, address: string, attempt: () => Promise<boolean>): Promise<void> {
    let right: boolean;
    try {
      right = await this.#orBusy(this.#options.throttle.run(key, address, attempt));
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      const { retryAfter } = error;
      throw new ProtocolError(
        "throttled",
        `Too many failed logins. Try again in ${retryAfter} s.`,
        { retryAfter },
      );
    }
    if (!right) throw loginFailed();
  }

  async #verify(key: string, password: string): Promise<boolean> {
    const account = this.#options.store.findByKey(key);
    const usable = account !== undefined && account.disabledAt === null &&
      characters(password) <= PASSWORD_MAX;
    const phc = usable ? account.passwordHash : this.#decoy;
    const right = await this.#options.pool.verify(phc, password.slice(0, 2 * PASSWORD_MAX));
    return usable && right;
  }

  // The password is known for this moment only: the chance to store it at today's cost.
  async #strengthen(account: Account, password: string): Promise<void> {
    const { pool, store } = this.#options;
    if (!needsRehash(account.passwordHash, pool.parameters)) return;
    const hash = await pool.hash(password).catch(() => undefined);
    const unchanged = store.findByKey(account.key)?.passwordHash === account.passwordHash;
    if (hash !== undefined && unchanged) this.#note(() => store.setPasswordHash(account.id, hash));
  }

  async #orBusy<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof PoolBusy)) throw error;
      throw new ProtocolError("busy", "Too many logins at once. Try again.", {
        retryAfter: error.retryAfter,
      });
    }
  }

  #checkPassword(password: string): void {
    const { passwordMin } = this.#options.rules;
    const length = characters(password);
    if (length >= passwordMin && length <= PASSWORD_MAX) return;
    throw new ProtocolError(
      "weak_password",
      `Expected a password of ${passwordMin} to ${PASSWORD_MAX} characters, got ${length}.`,
    );
  }
}

function characters(password: string): number {
  return [...password.normalize("NFC")].length;
}

function nameTaken(): ProtocolError {
  return new ProtocolError("username_taken", "Username already exists.");
}

function loginFailed(): ProtocolError {
  return new ProtocolError("login_failed", "Login failed.");
}
