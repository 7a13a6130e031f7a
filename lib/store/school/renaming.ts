// Changes the names of accounts, and everything that is stored under a name: bans, mutes, conversations, channels.
import { looksOf } from "../../protocol/look_alikes.ts";
import type { Database } from "../database.ts";
import { transact } from "../transaction.ts";

/** The new name of an account. */
export interface Renaming {
  readonly account: number;
  /** The key of the present name. */
  readonly from: string;
  readonly name: string;
  readonly key: string;
}

/**
 * Renames accounts. Two of them may exchange their names. Messages keep the name that their sender had.
 *
 * Every new name must be free, or be the present name of another of the accounts.
 */
export function renameAccounts(database: Database, renamings: readonly Renaming[]): void {
  if (renamings.length === 0) return;
  transact(database, () => {
    const moved = renamings.filter(({ from, key }) => from !== key);
    // No name begins with a control character, so these keys are free.
    const step = (account: number) => `\u0001${account}`;
    for (const { account, from } of moved) rekey(database, from, step(account));
    for (const { account, key } of moved) rekey(database, step(account), key);
    const rename = database.sqlite.prepare("UPDATE accounts SET name = ?, looks = ? WHERE id = ?");
    const shown = [
      "bans SET name = ? WHERE kind = 'user' AND subject",
      "mutes SET name = ? WHERE key",
    ]
      .map((change) => database.sqlite.prepare(`UPDATE ${change} = ?`));
    for (const { account, name, key } of renamings) {
      rename.run(name, looksOf(name), account);
      for (const statement of shown) statement.run(name, key);
    }
    admitAgain(database, new Map(moved.map(({ from, key }) => [from, key])));
  });
}

function rekey({ sqlite }: Database, from: string, to: string): void {
  const changes = [
    "accounts SET key = $to WHERE key = $from",
    "bans SET subject = $to WHERE kind = 'user' AND subject = $from",
    "mutes SET key = $to WHERE key = $from",
    "conversations SET peer_key = $to WHERE peer_key = $from",
  ];
  for (const change of changes) sqlite.prepare(`UPDATE OR REPLACE ${change}`).run({ from, to });
}

// Channels admit accounts by the keys of their names.
function admitAgain({ sqlite }: Database, keys: ReadonlyMap<string, string>): void {
  const update = sqlite.prepare("UPDATE channels SET accounts = ? WHERE id = ?");
  for (
    const row of sqlite.prepare("SELECT id, accounts FROM channels WHERE accounts <> '[]'").all()
  ) {
    const before = JSON.parse(row["accounts"] as string) as string[];
    if (!before.some((key) => keys.has(key))) continue;
    update.run(JSON.stringify(before.map((key) => keys.get(key) ?? key)), row["id"]!);
  }
}
