// Checks the password of an account. Too many failures are slowed down, and the time that a check takes tells
// nobody whether an account exists.
import type { Account, AccountStore } from "../store/accounts.ts";
import type { KnownNetworkStore } from "../store/known_networks.ts";
import { formatHash, HASH_BYTES, type HashParameters, SALT_BYTES } from "./password_hash.ts";
import type { PasswordPool } from "./password_pool.ts";
import { normalizePassword } from "./password_text.ts";
import { loginFailed, orRefusal } from "./refusals.ts";
import type { Requester } from "./requester.ts";
import type { Throttle } from "./throttle.ts";

/** What attempts are made with. */
export interface AttemptOptions {
  readonly store: Pick<AccountStore, "findByKey">;
  readonly networks: Pick<KnownNetworkStore, "isKnown">;
  readonly pool: Pick<PasswordPool, "verify" | "parameters">;
  readonly throttle: Throttle;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** A password for an account, and the connection it came from. */
export interface LoginAttempt {
  /** Key of the account's name. */
  readonly key: string;
  readonly password: string;
  readonly requester: Requester;
}

/** Makes attempts to log in. */
export class LoginAttempts {
  readonly #options: AttemptOptions;
  // Verified in the place of an unknown user's hash, so that it takes as long. No password has it.
  readonly #decoy: string;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#decoy = makeDecoy(options.pool.parameters);
  }

  /**
   * Makes an attempt. It takes as long for an unknown name as for a wrong password.
   *
   * @returns The account, as it is once the password was checked.
   * @throws {ProtocolError} `login_failed`, or `throttled` or `busy` where the password was not checked.
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

  // The account may be changed while the password is hashed: then what it is now counts.
  async #verify({ key, password, requester }: LoginAttempt): Promise<Account | undefined> {
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
}

function makeDecoy(parameters: HashParameters): string {
  return formatHash({
    ...parameters,
    salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
    hash: crypto.getRandomValues(new Uint8Array(HASH_BYTES)),
  });
}
