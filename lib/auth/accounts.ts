// Accounts as the chat uses them: register, log in, change a password; with every rule about names,
// passwords and failed attempts.
import { ProtocolError } from "../protocol/errors.ts";
import { checkName, nameKey } from "../protocol/names.ts";
import type { Account, AccountRole, AccountStore } from "../store/accounts.ts";
import { NameTaken } from "../store/errors.ts";
import type { KnownNetworkStore } from "../store/known_networks.ts";
import { formatHash, HASH_BYTES, needsRehash, SALT_BYTES } from "./password_hash.ts";
import { type PasswordPool, PoolBusy } from "./password_pool.ts";
import { normalizePassword, PASSWORD_MAX } from "./password_text.ts";
import { Abandoned, LOCAL_REQUESTER, type Requester } from "./requester.ts";
import { type Throttle, Throttled } from "./throttle.ts";

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
  readonly networks: Pick<KnownNetworkStore, "isKnown" | "noteLogin">;
  readonly pool: Pick<PasswordPool, "hash" | "verify" | "parameters">;
  readonly throttle: Throttle;
  /** What may change while the server runs; read at every use. */
  readonly rules: AccountRules;
  /** Told why a login could not be noted, as on a full disk: it counts all the same. */
  readonly unrecorded?: (error: unknown) => void;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
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
    const passwordHash = await this.#orBusy(this.#options.pool.hash(password, requester));
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
    const account = await this.#attempt(nameKey(username), password, requester);
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
    const { id, passwordHash: before } = await this.#attempt(account.key, old, requester);
    const hash = await this.#orBusy(pool.hash(next, requester));
    const current = store.findById(account.id);
    // An administrator may have set another meanwhile, or disabled the account: that counts.
    const isSame = id === account.id && current?.passwordHash === before;
    if (!isSame || current.disabledAt !== null) throw loginFailed();
    store.setPasswordHash(id, hash);
  }

  /** Hashes a password that is to be set by {@linkcode AccountStore.setPasswordHash}. */
  async hash(password: string): Promise<string> {
    this.#checkPassword(password);
    return await this.#orBusy(this.#options.pool.hash(password, LOCAL_REQUESTER));
  }

  /** Ends what waits because too many logins failed. */
  close(): void {
    this.#options.throttle.close();
  }

  async #attempt(key: string, password: string, requester: Requester): Promise<Account> {
    const { store, networks, throttle, now } = this.#options;
    const claimed = store.findByKey(key);
    const known = claimed !== undefined &&
      networks.isKnown(claimed.id, requester.network, now());
    let account: Account | undefined;
    await this.#orBusy(throttle.run({ account: key, requester, known }, async () => {
      account = await this.#verify(key, password, requester);
      return account !== undefined;
    }));
    if (account === undefined) throw loginFailed();
    return account;
  }

  // The account may be changed while the password is hashed: then what it is now counts.
  async #verify(
    key: string,
    password: string,
    requester: Requester,
  ): Promise<Account | undefined> {
    const { store, pool } = this.#options;
    const text = normalizePassword(password);
    for (;;) {
      const account = store.findByKey(key);
      const usable = text !== undefined && account !== undefined && account.disabledAt === null;
      const phc = usable ? account.passwordHash : this.#decoy;
      const right = await pool.verify(phc, text ?? "", requester);
      if (!usable || !right) return undefined;
      const current = store.findByKey(key);
      const isSame = current?.id === account.id && current.passwordHash === account.passwordHash;
      if (isSame) return current.disabledAt === null ? current : undefined;
    }
  }

  // The password is known for this moment only: the chance to store it at today's cost.
  async #strengthen(account: Account, password: string, requester: Requester): Promise<void> {
    const { pool, store } = this.#options;
    if (!needsRehash(account.passwordHash, pool.parameters)) return;
    const hash = await pool.hash(password, requester).catch(() => undefined);
    const unchanged = store.findById(account.id)?.passwordHash === account.passwordHash;
    if (hash !== undefined && unchanged) this.#note(() => store.setPasswordHash(account.id, hash));
  }

  async #orBusy<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Throttled) {
        throw wait("throttled", error.retryAfter);
      }
      if (!(error instanceof PoolBusy || error instanceof Abandoned)) throw error;
      throw wait("busy", error instanceof PoolBusy ? error.retryAfter : 1);
    }
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

/**
 * The error where a name belongs to an account.
 *
 * @param wanted The name that was asked for.
 * @param claim The name of the account.
 * @param reason `account_exists` where an account was wanted, `account_name` where a guest wants the name.
 */
export function nameTaken(
  wanted: string,
  claim: string,
  reason: "account_exists" | "account_name",
): ProtocolError {
  const isSame = nameKey(claim) === nameKey(wanted);
  return new ProtocolError("username_taken", { reason: isSame ? reason : "look_alike" });
}

function loginFailed(): ProtocolError {
  return new ProtocolError("login_failed");
}

function wait(code: "throttled" | "busy", retryAfter: number): ProtocolError {
  return new ProtocolError(code, { retryAfter, places: { time: { seconds: retryAfter } } });
}
