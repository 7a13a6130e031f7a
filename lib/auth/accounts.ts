// Accounts as the chat uses them: register, log in, change a password; with every rule about names,
// passwords and failed attempts.
import { ProtocolError } from "../protocol/errors.ts";
import { checkName, nameKey } from "../protocol/names.ts";
import type { Account, AccountRole, AccountStore } from "../store/accounts.ts";
import { NameTaken } from "../store/errors.ts";
import type { KnownNetworkStore } from "../store/known_networks.ts";
import { type AttemptOptions, LoginAttempts } from "./login_attempts.ts";
import { needsRehash } from "./password_hash.ts";
import type { PasswordPool } from "./password_pool.ts";
import { normalizePassword, PASSWORD_MAX } from "./password_text.ts";
import { loginFailed, nameTaken, orRefusal } from "./refusals.ts";
import { LOCAL_REQUESTER, type Requester } from "./requester.ts";

/** The rules that are settings. */
export interface AccountRules {
  /** Fewest characters of a password. */
  readonly passwordMin: number;
  /** Whether clients may register. */
  readonly registration: boolean;
}

/** What accounts are made of. */
export interface AccountsOptions extends AttemptOptions {
  readonly store: AccountStore;
  readonly networks: Pick<KnownNetworkStore, "isKnown" | "noteLogin">;
  readonly pool: Pick<PasswordPool, "hash" | "verify" | "parameters">;
  /** What may change while the server runs; read at every use. */
  readonly rules: AccountRules;
  /** Told why a login could not be noted, as on a full disk: it counts all the same. */
  readonly unrecorded?: (error: unknown) => void;
}

/** A new account. */
export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly role?: AccountRole;
  readonly requester?: Requester;
  /** Throws where the name may not be taken. Asked before and after the password is hashed. */
  readonly demandFree?: (key: string) => void;
  /** Runs what makes the account, so that it counts together with something else. */
  readonly within?: (make: () => Account) => Account;
}

/** Who claims to be whom, from where. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly requester: Requester;
}

/** A change of password by its owner. */
export interface PasswordChange {
  readonly account: Account;
  readonly old: string;
  readonly new: string;
  readonly requester: Requester;
}

/** The rules about accounts. All its failures are {@linkcode ProtocolError}s, bugs excepted. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #attempts: LoginAttempts;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#attempts = new LoginAttempts(options);
  }

  /** Makes an account, as a client asks for it. */
  async register(registration: Registration): Promise<Account> {
    return await this.create({
      ...registration,
      demandFree: (key) => {
        if (!this.#options.rules.registration) {
          throw new ProtocolError("forbidden", { reason: "registration_closed" });
        }
        registration.demandFree?.(key);
      },
    });
  }

  /** Makes an account. */
  async create(registration: Registration): Promise<Account> {
    const { username, password, role, requester } = registration;
    const { demandFree = () => {}, within = (make) => make() } = registration;
    const { name, key } = this.checkFree(username);
    demandFree(key);
    this.#checkPassword(password);
    const passwordHash = await orRefusal(this.#options.pool.hash(password, requester));
    // Somebody may have taken the name while the password was hashed.
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

  /** Checks that an account may be made under a name, which no other account claims. @returns The name to show and its key. */
  checkFree(username: string): { name: string; key: string } {
    const checked = checkName(username);
    if (!checked.ok) throw new ProtocolError("bad_username", checked);
    const claim = this.#options.store.findClaim(checked.name);
    if (claim !== undefined) throw nameTaken(checked.name, claim, "account_exists");
    return checked;
  }

  /** Who may join with these credentials. Takes as long for an unknown name as for a wrong password. */
  async authenticate({ username, password, requester }: Credentials): Promise<Account> {
    const { store, networks, now } = this.#options;
    const account = await this.#attempts.make({ key: nameKey(username), password, requester });
    this.#note(() => networks.noteLogin(account.id, requester.network, now()));
    await this.#strengthen(account, password, requester);
    const current = store.findById(account.id);
    if (current === undefined || current.disabledAt !== null) throw loginFailed();
    return current;
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
  async changePassword({ account, old, new: next, requester }: PasswordChange): Promise<void> {
    this.#checkPassword(next);
    const { store, pool } = this.#options;
    const { id, passwordHash: before } = await this.#attempts.make({
      key: account.key,
      password: old,
      requester,
    });
    const hash = await orRefusal(pool.hash(next, requester));
    const current = store.findById(account.id);
    // An administrator may have set another meanwhile, or disabled the account: that counts.
    const isSame = id === account.id && current?.passwordHash === before;
    if (!isSame || current.disabledAt !== null) throw loginFailed();
    store.setPasswordHash(id, hash);
  }

  /** Hashes a password that is to be set by {@linkcode AccountStore.setPasswordHash}. */
  async hash(password: string): Promise<string> {
    this.#checkPassword(password);
    return await orRefusal(this.#options.pool.hash(password, LOCAL_REQUESTER));
  }

  /** Ends what waits because too many logins failed. */
  close(): void {
    this.#options.throttle.close();
  }

  // The password is known for this moment only: the chance to store it at today's cost.
  async #strengthen(account: Account, password: string, requester: Requester): Promise<void> {
    const { pool, store } = this.#options;
    if (!needsRehash(account.passwordHash, pool.parameters)) return;
    const hash = await pool.hash(password, requester).catch(() => undefined);
    const unchanged = store.findById(account.id)?.passwordHash === account.passwordHash;
    if (hash !== undefined && unchanged) this.#note(() => store.replaceHash(account.id, hash));
  }

  #checkPassword(password: string): void {
    const { passwordMin } = this.#options.rules;
    const text = normalizePassword(password);
    const length = text === undefined ? password.length : [...text].length;
    if (text !== undefined && length >= passwordMin) return;
    throw new ProtocolError("weak_password", {
      places: { min: passwordMin, max: PASSWORD_MAX, length },
    });
  }
}
