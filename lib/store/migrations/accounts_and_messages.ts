// Migration 1: accounts and messages. Times are milliseconds since 1970. `key` is the normalized name, by which names
// are compared. The messages of a deleted account stay, with the name as text. AUTOINCREMENT ensures that the id of a
// deleted message is never used again.

/** The statements of the migration. */
export const ACCOUNTS_AND_MESSAGES = `
  CREATE TABLE accounts (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    key           TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'moderator', 'admin')),
    disabled_at   INTEGER,
    created_at    INTEGER NOT NULL,
    last_login_at INTEGER
  ) STRICT;

  CREATE TABLE messages (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    sent_at           INTEGER NOT NULL,
    subtype           TEXT NOT NULL CHECK (subtype IN ('global', 'private')),
    sender            TEXT NOT NULL,
    sender_account    INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    recipient         TEXT,
    recipient_account INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    channel           TEXT,
    content           TEXT NOT NULL,
    extra             TEXT
  ) STRICT;

  -- Private messages are few: their index costs nothing on the path of the others.
  CREATE INDEX messages_by_recipient ON messages (recipient_account, id)
    WHERE recipient_account IS NOT NULL;
  CREATE INDEX messages_by_sender ON messages (sender_account, id)
    WHERE sender_account IS NOT NULL;
`;
