// Stores the networks from which accounts have recently logged in.
import type { SQLOutputValue } from "node:sqlite";
import type { Database } from "./database.ts";
import { transact } from "./transaction.ts";

/** The maximum number of networks per account. A new one replaces the one with the oldest login. */
export const NETWORKS_MAX = 8;
/** How many days a network is known after a login. */
export const NETWORK_DAYS = 30;

const DAY_MS = 86_400_000;

/** A network from which an account has logged in. */
export interface KnownNetwork {
  /** An IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string;
  /** The last login, in milliseconds since 1970. */
  readonly lastLoginAt: number;
}

/** Reads and writes the known networks of accounts. */
export class KnownNetworkStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Records a login of an account. */
  noteLogin(accountId: number, network: string, now: number): void {
    const { sqlite } = this.#database;
    transact(this.#database, () => {
      sqlite.prepare("UPDATE accounts SET last_login_at = ? WHERE id = ?").run(now, accountId);
      sqlite.prepare(
        `INSERT INTO known_networks (account_id, network, last_login_at)
         SELECT id, ?, ? FROM accounts WHERE id = ?
         ON CONFLICT DO UPDATE SET last_login_at = excluded.last_login_at`,
      ).run(network, now, accountId);
      sqlite.prepare(
        `DELETE FROM known_networks WHERE account_id = $id AND network NOT IN (
           SELECT network FROM known_networks WHERE account_id = $id
            ORDER BY last_login_at DESC LIMIT ${NETWORKS_MAX})`,
      ).run({ id: accountId });
    });
  }

  /** Whether an account has recently logged in from a network. */
  isKnown(accountId: number, network: string, now: number): boolean {
    return this.#database.sqlite.prepare(
      "SELECT 1 FROM known_networks WHERE account_id = ? AND network = ? AND last_login_at > ?",
    ).get(accountId, network, now - NETWORK_DAYS * DAY_MS) !== undefined;
  }

  /** Lists the networks of an account, by login, newest first. */
  list(accountId: number): KnownNetwork[] {
    return this.#database.sqlite.prepare(
      `SELECT network, last_login_at FROM known_networks WHERE account_id = ?
        ORDER BY last_login_at DESC`,
    ).all(accountId).map(toNetwork);
  }

  /**
   * Deletes networks whose last login is too old.
   *
   * @param most The maximum number of networks to delete.
   * @returns The number deleted. If it is less than `most`, none are left.
   */
  prune(now: number, most: number): number {
    return Number(
      this.#database.sqlite.prepare(
        `DELETE FROM known_networks WHERE (account_id, network) IN (
           SELECT account_id, network FROM known_networks WHERE last_login_at <= ? LIMIT ?)`,
      ).run(now - NETWORK_DAYS * DAY_MS, most).changes,
    );
  }
}

function toNetwork(row: Record<string, SQLOutputValue>): KnownNetwork {
  return {
    network: row["network"] as string,
    lastLoginAt: row["last_login_at"] as number,
  };
}
