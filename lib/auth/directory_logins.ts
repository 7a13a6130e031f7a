// Logs in with the school's directory, and with a hash that is kept for some hours while the directory is away.
import type { Account } from "../store/accounts.ts";
import {
  DirectoryAway,
  type DirectoryDesk,
  type DirectoryLogin,
  type DirectoryLogins,
  type DirectoryPerson,
} from "./directory.ts";
import type { PasswordPool } from "./password_pool.ts";
import type { Requester } from "./requester.ts";

/** What the logins work with. */
export interface DirectoryLoginOptions {
  readonly desk: DirectoryDesk;
  /** Creates or updates the account of a person. @returns `undefined` if the person cannot have an account. */
  readonly admit: (person: DirectoryPerson) => Account | undefined;
  /** Finds an account by the key of its name. */
  readonly find: (name: string) => Account | undefined;
  readonly pool: Pick<PasswordPool, "hash" | "verify">;
  /** How long a hash is kept, in milliseconds; 0: none is. */
  readonly keepMs: number;
  /** A clock in milliseconds that only goes forward. */
  readonly now: () => number;
}

/** The maximum number of hashes in memory. */
const KEPT_MAX = 10_000;

interface Kept {
  readonly hash: string;
  readonly until: number;
}

/** Asks the directory, and keeps hashes in memory if the settings want it. */
export class DeskLogins implements DirectoryLogins {
  readonly #options: DirectoryLoginOptions;
  // By the identity of the entry, in the order of their ends.
  readonly #kept = new Map<string, Kept>();

  constructor(options: DirectoryLoginOptions) {
    this.#options = options;
  }

  /** The number of hashes that are kept. */
  get kept(): number {
    return this.#kept.size;
  }

  /** Returns the account that the name and the password belong to. */
  async login(login: DirectoryLogin): Promise<Account | undefined> {
    const { desk, admit } = this.#options;
    const { name, password, requester } = login;
    let person: DirectoryPerson | undefined;
    try {
      person = await desk.check({ name, password }, requester);
    } catch (error) {
      if (!(error instanceof DirectoryAway)) throw error;
      return await this.#withKept(login, error);
    }
    const account = person && admit(person);
    if (account !== undefined) await this.#keep(account, login);
    return account;
  }

  /** Whether the directory has an entry with this name that may log in. */
  has(name: string, requester: Requester): Promise<boolean> {
    return this.#options.desk.has(name, requester);
  }

  /** Whether a hash of an entry is kept. Hashes that have expired are forgotten. */
  keeps(id: string): boolean {
    this.#prune(Infinity);
    return this.#kept.has(id);
  }

  /** Forgets the hash of an entry, because the entry is disabled or removed. */
  forget(id: string): void {
    this.#kept.delete(id);
  }

  async #withKept(
    { name, password, requester }: DirectoryLogin,
    away: DirectoryAway,
  ): Promise<Account | undefined> {
    const account = this.#find(name);
    this.#prune(Infinity);
    const kept = account && this.#kept.get(account.directoryId);
    if (kept === undefined) throw away;
    const right = await this.#options.pool.verify(kept.hash, password ?? "", requester);
    if (!right || password === undefined) return undefined;
    // Meanwhile the check may have found that the entry is gone.
    const current = this.#find(name);
    const isSame = current?.id === account?.id && this.#kept.get(current!.directoryId) === kept;
    return isSame && current?.disabledAt === null ? current : undefined;
  }

  #find(name: string): (Account & { readonly directoryId: string }) | undefined {
    const account = this.#options.find(name);
    const { directoryId = null } = account ?? {};
    return directoryId === null ? undefined : { ...account!, directoryId };
  }

  async #keep({ directoryId }: Account, { password, requester }: DirectoryLogin): Promise<void> {
    const { pool, keepMs, now } = this.#options;
    if (keepMs === 0 || directoryId === null || password === undefined) return;
    const hash = await pool.hash(password, requester).catch(() => undefined);
    if (hash === undefined) return;
    this.#kept.delete(directoryId);
    this.#prune(KEPT_MAX);
    this.#kept.set(directoryId, { hash, until: now() + keepMs });
  }

  // All are kept equally long, so the first is the first to end.
  #prune(below: number): void {
    for (const [id, { until }] of this.#kept) {
      if (until > this.#options.now() && this.#kept.size < below) return;
      this.#kept.delete(id);
    }
  }
}
