// Migration 2: channels, history, search, moderation.

/** The statements of the migration. */
export const CHANNELS_AND_MODERATION = `
  CREATE TABLE channels (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    key        TEXT NOT NULL UNIQUE,
    topic      TEXT NOT NULL DEFAULT '',
    -- JSON arrays: roles and keys of names that are admitted; both empty admit everyone.
    roles      TEXT NOT NULL DEFAULT '[]',
    accounts   TEXT NOT NULL DEFAULT '[]',
    read_only  INTEGER NOT NULL DEFAULT 0 CHECK (read_only IN (0, 1)),
    closed     INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    created_by INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX channels_by_maker ON channels (created_by) WHERE created_by IS NOT NULL;
  INSERT INTO channels (name, key, created_at)
    VALUES ('#général', '#général', unixepoch() * 1000);

  CREATE TABLE members (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    joined_at  INTEGER NOT NULL,
    PRIMARY KEY (account_id, channel_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_channel ON members (channel_id);

  -- A user who was expelled from a channel sees only what came after last_id. Guests by their name's key.
  CREATE TABLE expulsions (
    id         INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    guest_key  TEXT,
    last_id    INTEGER NOT NULL,
    CHECK ((account_id IS NULL) <> (guest_key IS NULL)),
    UNIQUE (account_id, channel_id),
    UNIQUE (guest_key, channel_id)
  ) STRICT;
  CREATE INDEX expulsions_by_channel ON expulsions (channel_id);

  -- Private messages that their account has not been sent yet.
  CREATE TABLE undelivered (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX undelivered_by_account ON undelivered (account_id);

  CREATE TABLE bans (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind IN ('user', 'address')),
    -- The key of a name, or an address or range.
    subject    TEXT NOT NULL,
    name       TEXT NOT NULL,
    reason     TEXT NOT NULL,
    made_by    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    until      INTEGER,
    UNIQUE (kind, subject)
  ) STRICT;

  CREATE TABLE mutes (
    key        TEXT PRIMARY KEY,
    account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    reason     TEXT NOT NULL,
    made_by    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    until      INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mutes_by_account ON mutes (account_id) WHERE account_id IS NOT NULL;

  CREATE TABLE audit (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    at            INTEGER NOT NULL,
    actor         TEXT NOT NULL,
    actor_account INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    action        TEXT NOT NULL,
    target        TEXT,
    channel       TEXT,
    detail        TEXT NOT NULL,
    address       TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_actor ON audit (actor_account) WHERE actor_account IS NOT NULL;

  -- An index has the row's id at its end: both serve pages in the order of ids.
  CREATE INDEX messages_by_channel ON messages (channel) WHERE channel IS NOT NULL;
  CREATE INDEX messages_between ON messages (sender_account, recipient_account)
    WHERE subtype = 'private' AND sender_account IS NOT NULL;

  -- What is searched. Besides the words of a message, a word for each who may read it narrows a search
  -- inside the index: the channel's name in hexadecimal, or the accounts of a private message.
  CREATE VIEW searchable AS
    SELECT id, content,
           CASE subtype
             WHEN 'global' THEN 'c' || hex(coalesce(channel, ''))
             ELSE 'a' || coalesce(sender_account, '') || ' a' || coalesce(recipient_account, '')
           END AS scope
      FROM messages;
  CREATE VIRTUAL TABLE search USING fts5 (
    content, scope, content = 'searchable', content_rowid = 'id', columnsize = 0,
    tokenize = "unicode61 remove_diacritics 2"
  );
  -- What is deleted leaves no words behind in the index.
  INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

  CREATE TABLE state (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    -- Indexing a message costs several times what storing it does, so it waits for a quiet moment:
    -- messages up to this one are in the index.
    indexed_to   INTEGER NOT NULL,
    -- The greatest id of an account that was deleted. It is never used again: connections of that
    -- account may still be open.
    last_account INTEGER NOT NULL
  ) STRICT;
  INSERT INTO state VALUES (1, 0, 0);
  CREATE TRIGGER accounts_delete AFTER DELETE ON accounts BEGIN
    UPDATE state SET last_account = max(last_account, old.id);
  END;

  CREATE TRIGGER search_delete BEFORE DELETE ON messages
    WHEN old.id <= (SELECT indexed_to FROM state)
  BEGIN
    INSERT INTO search (search, rowid, content, scope)
      SELECT 'delete', id, content, scope FROM searchable WHERE id = old.id;
  END;
  CREATE TRIGGER search_update_before
    BEFORE UPDATE OF content, subtype, channel, sender_account, recipient_account ON messages
    WHEN old.subtype = 'private' AND old.id <= (SELECT indexed_to FROM state)
  BEGIN
    INSERT INTO search (search, rowid, content, scope)
      SELECT 'delete', id, content, scope FROM searchable WHERE id = old.id;
  END;
  CREATE TRIGGER search_update_after
    AFTER UPDATE OF content, subtype, channel, sender_account, recipient_account ON messages
    WHEN old.subtype = 'private' AND old.id <= (SELECT indexed_to FROM state)
  BEGIN
    INSERT INTO search (rowid, content, scope)
      SELECT id, content, scope FROM searchable WHERE id = old.id;
  END;
`;
