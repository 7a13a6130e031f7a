// Migration 7: tokens of clients that stay signed in, read marks, and the conversations of each account.

/** The SQL statements of the migration. */
export const WEB_SESSIONS = `
  -- token_hash is the SHA-256 of the token: nobody who reads the database can sign in with it.
  CREATE TABLE web_sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    token_hash   TEXT NOT NULL UNIQUE,
    client       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX web_sessions_by_account ON web_sessions (account_id);
  CREATE INDEX web_sessions_by_expiry ON web_sessions (expires_at);

  -- A change of an account ends its tokens, whether the server or a command makes it.
  CREATE TRIGGER accounts_end_sessions AFTER UPDATE OF role, disabled_at ON accounts
    WHEN old.role <> new.role OR new.disabled_at IS NOT NULL
  BEGIN
    DELETE FROM web_sessions WHERE account_id = old.id;
  END;
  CREATE TRIGGER bans_end_sessions AFTER INSERT ON bans WHEN new.kind = 'user'
  BEGIN
    DELETE FROM web_sessions
     WHERE account_id = (SELECT id FROM accounts WHERE key = new.subject);
  END;

  -- Messages up to this one do not count as unread: they are older than the account, or than this table.
  ALTER TABLE accounts ADD COLUMN read_from INTEGER NOT NULL DEFAULT 0;
  UPDATE accounts SET read_from =
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0);

  -- With the sender in the index, unread messages are counted without a look at the messages.
  DROP INDEX messages_by_channel;
  CREATE INDEX messages_by_channel ON messages (channel, id, sender_account)
    WHERE channel IS NOT NULL;

  CREATE TABLE read_marks (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    seen_id    INTEGER NOT NULL,
    PRIMARY KEY (account_id, channel_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX read_marks_by_channel ON read_marks (channel_id);

  -- With whom an account has exchanged private messages, by the key of the name, which also guests have.
  CREATE TABLE conversations (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    peer_key   TEXT NOT NULL,
    last_id    INTEGER NOT NULL,
    seen_id    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, peer_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX conversations_by_last ON conversations (account_id, last_id);
  CREATE INDEX conversations_by_peer ON conversations (peer_key);
  CREATE INDEX conversations_by_age ON conversations (last_id);
  INSERT INTO conversations (account_id, peer_key, last_id)
    SELECT account_id, name_key(peer), max(last_id) FROM (
      SELECT sender_account AS account_id, recipient AS peer, max(id) AS last_id FROM messages
       WHERE subtype = 'private' AND sender_account IS NOT NULL AND recipient IS NOT NULL
       GROUP BY sender_account, recipient
      UNION ALL
      SELECT recipient_account, sender, max(id) FROM messages
       WHERE subtype = 'private' AND recipient_account IS NOT NULL
       GROUP BY recipient_account, sender
    ) GROUP BY 1, 2;
`;
