// Checks passwords. It slows down repeated failures, and its duration does not reveal whether an account exists.
import type { Account, AccountStore } from "../store/accounts.ts";
import type { KnownNetworkStore } from "../store/known_networks.ts";
import { formatHash, HASH_BYTES, type HashParameters, SALT_BYTES } from "./password_hash.ts";
import type { DirectoryLogins } from "./directory.ts";
import type { PasswordPool } from "./password_pool.ts";
import { normalizePassword } from "./password_text.ts";
import { loginFailed, orRefusal } from "./refusals.ts";
import type { Requester } from "./requester.ts";
import type { Throttle } from "./throttle.ts";

/** Options of login attempts. */
export interface AttemptOptions {
  readonly store: Pick<AccountStore, "findByKey">;
  readonly networks: Pick<KnownNetworkStore, "isKnown">;
  readonly pool: Pick<PasswordPool, "verify" | "parameters">;
  readonly throttle: Throttle;
  /** Logs in with the school's directory, if the settings have one. */
  readonly directory?: Pick<DirectoryLogins, "login" | "has"> | undefined;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** A password for an account, and the connection that sent it. */
export interface LoginAttempt {
  /** The key of the account's name. */
  readonly key: string;
  /** The name as typed. Without it, only an account that lives here is found. */
  readonly name?: string;
  readonly password: string;
  readonly requester: Requester;
}

/** Runs login attempts. */
export class LoginAttempts {
  readonly #options: AttemptOptions;
  // Verified instead of an unknown user's hash, so that the check takes as long. No password matches it.
  readonly #decoy: string;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#decoy = makeDecoy(options.pool.parameters);
  }

  /**
   * Runs an attempt. An unknown name takes as long as a wrong password.
   *
   * @returns The account, in its state after the password check.
   * @throws {ProtocolError} `login_failed`; `throttled` or `busy` if the password was not checked.
   */
  async make(attempt: LoginAttempt): Promise<Account> {
    const { key, requester } = attempt;
    const { store, networks, throttle, now } = this.#options;
    const claimed = store.findByKey(key);
    const known = claimed !== undefined && networks.isKnown(claimed.id, requester.network, now());
    let account: Account | undefined;
    await orRefusal(throttle.run({ account: key, requester, known }, async () => {
      account = await this.#verify(attempt);
      return account !== undefined;
    }));
    if (account === undefined) throw loginFailed();
    return account;
  }

  // The account may change while the password is hashed. Its present state then decides.
  async #verify(attempt: LoginAttempt): Promise<Account | undefined> {
    const { key, name, password, requester } = attempt;
    const { store, pool, directory } = this.#options;
    const text = normalizePassword(password);
    if (directory !== undefined && name !== undefined && !this.#livesHere(key)) {
      return await directory.login({ name, password: text, requester });
    }
    for (;;) {
      const account = store.findByKey(key);
      const usable = text !== undefined && account !== undefined && account.disabledAt === null &&
        account.directoryId === null;
      const phc = usable ? account.passwordHash : this.#decoy;
      const right = await pool.verify(phc, text ?? "", requester);
      if (!usable || !right) return undefined;
      const current = store.findByKey(key);
      const isSame = current?.id === account.id && current.passwordHash === account.passwordHash;
      if (isSame) return current.disabledAt === null ? current : undefined;
    }
  }

  // The directory is never asked about the name of an account that lives here.
  #livesHere(key: string): boolean {
    return this.#options.store.findByKey(key)?.directoryId === null;
  }
}

function makeDecoy(parameters: HashParameters): string {
  return formatHash({
    ...parameters,
    salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
    hash: crypto.getRandomValues(new Uint8Array(HASH_BYTES)),
  });
}
