// Migration 9: accounts that live in the school's directory.

/** The statements of the migration. */
export const DIRECTORY_ACCOUNTS = `
  -- The identity of the entry in the directory; NULL: the account lives here. The database never has the password of
  -- such an account, so its hash is one that no password matches.
  ALTER TABLE accounts ADD COLUMN directory_id TEXT
    CHECK (directory_id IS NULL OR password_hash = '!');
  CREATE UNIQUE INDEX accounts_by_directory_id ON accounts (directory_id)
    WHERE directory_id IS NOT NULL;
  -- Whether the directory gave the membership. Then it also takes it away.
  ALTER TABLE group_members ADD COLUMN from_directory INTEGER NOT NULL DEFAULT 0
    CHECK (from_directory IN (0, 1));
`;
