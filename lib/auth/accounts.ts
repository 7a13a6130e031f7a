// Registers accounts, logs users in and changes passwords, with all rules about names, passwords and failed attempts.
import { ProtocolError } from "../protocol/errors.ts";
import { checkName, nameKey } from "../protocol/names.ts";
import type { Account, AccountRole, AccountStore } from "../store/accounts.ts";
import { NameTaken } from "../store/errors.ts";
import type { KnownNetworkStore } from "../store/known_networks.ts";
import { type AttemptOptions, LoginAttempts } from "./login_attempts.ts";
import { needsRehash } from "./password_hash.ts";
import type { PasswordPool } from "./password_pool.ts";
import { normalizePassword, PASSWORD_MAX } from "./password_text.ts";
import { loginFailed, nameTaken, orRefusal, refuseDirectoryAccount } from "./refusals.ts";
import { LOCAL_REQUESTER, type Requester } from "./requester.ts";

/** The rules that are settings. */
export interface AccountRules {
  /** The minimum number of characters of a password. */
  readonly passwordMin: number;
}

/** Options of the account operations. */
export interface AccountsOptions extends AttemptOptions {
  readonly store: AccountStore;
  readonly networks: Pick<KnownNetworkStore, "isKnown" | "noteLogin">;
  readonly pool: Pick<PasswordPool, "hash" | "verify" | "parameters">;
  /** The settings. They may change while the server runs, so they are read at each use. */
  readonly rules: AccountRules;
  /** Called when a login could not be recorded, for example on a full disk. The login succeeds anyway. */
  readonly unrecorded?: (error: unknown) => void;
}

/** The values of a registration. */
export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly role?: AccountRole;
  readonly requester?: Requester;
  /** Whether a client registers itself. Then the name of a person in the school's directory is not available. */
  readonly isOwn?: true;
  /** Throws if the name is not available, or if the client may not register. It is called before and after the password is hashed. */
  readonly demandFree?: (key: string) => void;
  /** Runs the function that creates the account, so that the caller can combine it with other writes. */
  readonly within?: (make: () => Account) => Account;
}

/** A name and a password, with the connection that sent them. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly requester: Requester;
}

/** A password change by the owner of the account. */
export interface PasswordChange {
  readonly account: Account;
  readonly old: string;
  readonly new: string;
  readonly requester: Requester;
}

/** Applies the rules about accounts. All errors except bugs are {@linkcode ProtocolError}s. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #attempts: LoginAttempts;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#attempts = new LoginAttempts(options);
  }

  /** Creates an account. */
  async create(registration: Registration): Promise<Account> {
    const { username, password, role, requester } = registration;
    const { demandFree = () => {}, within = (make) => make() } = registration;
    const { name, key } = this.checkFree(username);
    demandFree(key);
    this.#checkPassword(password);
    if (registration.isOwn) await this.#refuseListed(name, requester);
    const passwordHash = await orRefusal(this.#options.pool.hash(password, requester));
    // Another user may have taken the name while the password was hashed.
    demandFree(key);
    try {
      const base = { name, key, passwordHash, now: this.#options.now() };
      const account = role === undefined ? base : { ...base, role };
      return within(() => this.#options.store.create(account));
    } catch (error) {
      throw error instanceof NameTaken
        ? new ProtocolError("username_taken", { reason: "account_exists" })
        : error;
    }
  }

  // Otherwise somebody could take the name of a person who has not logged in yet, and keep the person out.
  async #refuseListed(name: string, requester = LOCAL_REQUESTER): Promise<void> {
    const { directory } = this.#options;
    if (directory === undefined || !await orRefusal(directory.has(name, requester))) return;
    throw new ProtocolError("username_taken", { reason: "account_exists" });
  }

  /**
   * Checks that an account may have a name, and that no other account reserves it.
   *
   * @returns The name to show and its key.
   */
  checkFree(username: string): { name: string; key: string } {
    const checked = checkName(username);
    if (!checked.ok) throw new ProtocolError("bad_username", checked);
    const claim = this.#options.store.findClaim(checked.name);
    if (claim !== undefined) throw nameTaken(checked.name, claim, "account_exists");
    return checked;
  }

  /** Returns the account that the credentials belong to. An unknown name takes as long as a wrong password. */
  async authenticate({ username, password, requester }: Credentials): Promise<Account> {
    const { store, networks, now } = this.#options;
    const account = await this.#attempts.make({
      key: nameKey(username),
      name: username,
      password,
      requester,
    });
    this.#note(() => networks.noteLogin(account.id, requester.network, now()));
    await this.#strengthen(account, password, requester);
    const current = store.findById(account.id);
    if (current === undefined || current.disabledAt !== null) throw loginFailed();
    return current;
  }

  // A full disk does not prevent logins.
  #note(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#options.unrecorded?.(error);
    }
  }

  /** Changes a password, after checking the old one. */
  async changePassword({ account, old, new: next, requester }: PasswordChange): Promise<void> {
    refuseDirectoryAccount(account);
    this.#checkPassword(next);
    if (account.mustChange && next === old) {
      throw new ProtocolError("weak_password", { reason: "same_password" });
    }
    const { store, pool } = this.#options;
    const { id, passwordHash: before } = await this.#attempts.make({
      key: account.key,
      password: old,
      requester,
    });
    const hash = await orRefusal(pool.hash(next, requester));
    const current = store.findById(account.id);
    // An administrator may have set another password or disabled the account meanwhile. That takes precedence.
    const isSame = id === account.id && current?.passwordHash === before;
    if (!isSame || current.disabledAt !== null) throw loginFailed();
    store.setOwnPassword(id, hash);
  }

  /** Hashes a password for {@linkcode AccountStore.setPasswordHash}. */
  async hash(password: string, requester: Requester = LOCAL_REQUESTER): Promise<string> {
    this.#checkPassword(password);
    return await orRefusal(this.#options.pool.hash(password, requester));
  }

  /** Returns the values of the error for a password of a wrong length; `undefined` if the password is good. */
  passwordProblem(
    password: string,
  ): { readonly min: number; readonly max: number; readonly length: number } | undefined {
    const { passwordMin: min } = this.#options.rules;
    const text = normalizePassword(password);
    const length = text === undefined ? password.length : [...text].length;
    if (text !== undefined && length >= min) return undefined;
    return { min, max: PASSWORD_MAX, length };
  }

  /** Ends the waits after failed logins of an account that was given a new password. @param key The key of its name. */
  forgive(key: string): void {
    this.#options.throttle.forgive(key);
  }

  /** Ends the attempts that wait because of failed logins. */
  close(): void {
    this.#options.throttle.close();
  }

  // The password is known only now, so this is the chance to store it at the present cost.
  async #strengthen(account: Account, password: string, requester: Requester): Promise<void> {
    const { pool, store } = this.#options;
    if (account.directoryId !== null) return;
    if (!needsRehash(account.passwordHash, pool.parameters)) return;
    const hash = await pool.hash(password, requester).catch(() => undefined);
    const unchanged = store.findById(account.id)?.passwordHash === account.passwordHash;
    if (hash !== undefined && unchanged) this.#note(() => store.replaceHash(account.id, hash));
  }

  #checkPassword(password: string): void {
    const places = this.passwordProblem(password);
    if (places !== undefined) throw new ProtocolError("weak_password", { places });
  }
}
