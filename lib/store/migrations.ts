// The schema, version by version. A migration that was released is never changed; new ones are added.
import type { DatabaseSync } from "node:sqlite";
import { looksOf } from "../protocol/look_alikes.ts";
import { nameKey } from "../protocol/names.ts";

/** The words of the search index that name the readers of a message; part of migration 6. */
function scopeOf(row: "old" | "new"): string {
  return `CASE ${row}.subtype WHEN 'global' THEN 'c' || hex(coalesce(${row}.channel, ''))
            ELSE 'a' || coalesce(${row}.sender_account, '') ||
                 ' a' || coalesce(${row}.recipient_account, '') END`;
}

const MIGRATIONS: readonly string[] = [
  // 1: accounts and messages. Times are milliseconds since 1970. `key` is the name as names are
  // compared. An account that is deleted leaves its messages behind, with the name as text.
  // AUTOINCREMENT: the id of a deleted message is never used again.
  `
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
  `,

  // 2: channels, history, search, moderation.
  `
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

  -- Whoever was expelled from a channel sees only what came after last_id. Guests by their name's key.
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
  `,

  // 3: channels that stay when nobody uses them.
  `
  ALTER TABLE channels ADD COLUMN kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1));
  `,

  // 4: the networks from which accounts log in: an address, or the /64 of an IPv6 address.
  `
  CREATE TABLE known_networks (
    account_id    INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    network       TEXT NOT NULL,
    last_login_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, network)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX known_networks_by_login ON known_networks (last_login_at);
  `,

  // 5: what the names of accounts look like. `looks_of` is the function of look_alikes.ts.
  `
  ALTER TABLE accounts ADD COLUMN looks TEXT NOT NULL DEFAULT '';
  UPDATE accounts SET looks = looks_of(name);
  CREATE INDEX accounts_by_looks ON accounts (looks);
  `,

  // 6: the search index has a file of its own, conversations with guests and the audit log an index by
  // name, and channels are deleted in steps. `name_key` is the function of names.ts.
  `
  DROP TRIGGER search_delete;
  DROP TRIGGER search_update_before;
  DROP TRIGGER search_update_after;
  DROP TABLE search;
  DROP VIEW searchable;
  ALTER TABLE state DROP COLUMN indexed_to;
  -- Tells this database from others, so that no search index is used with the wrong one.
  ALTER TABLE state ADD COLUMN identity TEXT NOT NULL DEFAULT '';
  -- How many rows \`undelivered\` has: counting them takes too long.
  ALTER TABLE state ADD COLUMN mail_waiting INTEGER NOT NULL DEFAULT 0;
  UPDATE state SET identity = lower(hex(randomblob(16))),
                   mail_waiting = (SELECT count(*) FROM undelivered);
  CREATE TRIGGER undelivered_insert AFTER INSERT ON undelivered BEGIN
    UPDATE state SET mail_waiting = mail_waiting + 1;
  END;
  CREATE TRIGGER undelivered_delete AFTER DELETE ON undelivered BEGIN
    UPDATE state SET mail_waiting = mail_waiting - 1;
  END;

  -- What the search index has to follow: messages that were deleted, and changes of who may read them. The
  -- index needs the content to find its words; a row is deleted once the index has followed. \`scope\` has a
  -- word for each who may read a message: the channel's name in hexadecimal, or the accounts.
  CREATE TABLE search_queue (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL,
    added      INTEGER NOT NULL CHECK (added IN (0, 1)),
    content    TEXT NOT NULL,
    scope      TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER search_delete AFTER DELETE ON messages BEGIN
    INSERT INTO search_queue (message_id, added, content, scope)
      VALUES (old.id, 0, old.content, ${scopeOf("old")});
  END;
  CREATE TRIGGER search_update
    AFTER UPDATE OF content, subtype, channel, sender_account, recipient_account ON messages
    WHEN old.content IS NOT new.content OR ${scopeOf("old")} IS NOT ${scopeOf("new")}
  BEGIN
    INSERT INTO search_queue (message_id, added, content, scope)
      VALUES (old.id, 0, old.content, ${scopeOf("old")}), (new.id, 1, new.content, ${
    scopeOf("new")
  });
  END;

  -- Private messages between an account and somebody without one, by the key of that name.
  CREATE TABLE guest_letters (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    guest_key  TEXT NOT NULL,
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, guest_key, message_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX guest_letters_by_message ON guest_letters (message_id);
  INSERT INTO guest_letters (account_id, guest_key, message_id)
    SELECT coalesce(sender_account, recipient_account),
           name_key(iif(sender_account IS NULL, sender, recipient)), id
      FROM messages
     WHERE subtype = 'private' AND (sender_account IS NULL) <> (recipient_account IS NULL);

  -- An account that is deleted leaves its messages, and has no account from then on.
  CREATE TRIGGER messages_lose_sender AFTER UPDATE OF sender_account ON messages
    WHEN old.subtype = 'private' AND old.sender_account IS NOT NULL
     AND new.sender_account IS NULL AND new.recipient_account IS NOT NULL
  BEGIN
    INSERT OR IGNORE INTO guest_letters (account_id, guest_key, message_id)
      SELECT new.recipient_account, key, new.id FROM accounts WHERE id = old.sender_account;
  END;
  CREATE TRIGGER messages_lose_recipient AFTER UPDATE OF recipient_account ON messages
    WHEN old.subtype = 'private' AND old.recipient_account IS NOT NULL
     AND new.recipient_account IS NULL AND new.sender_account IS NOT NULL
  BEGIN
    INSERT OR IGNORE INTO guest_letters (account_id, guest_key, message_id)
      SELECT new.sender_account, key, new.id FROM accounts WHERE id = old.recipient_account;
  END;
  -- While the account is still there: its key is needed.
  CREATE TRIGGER accounts_leave_messages BEFORE DELETE ON accounts BEGIN
    UPDATE messages SET sender_account = NULL WHERE sender_account = old.id;
    UPDATE messages SET recipient_account = NULL WHERE recipient_account = old.id;
  END;

  -- Who acted, and whom it was done to, by the keys of the names.
  CREATE TABLE audit_names (
    key      TEXT NOT NULL,
    part     TEXT NOT NULL CHECK (part IN ('actor', 'target')),
    entry_id INTEGER NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    PRIMARY KEY (key, part, entry_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX audit_names_by_entry ON audit_names (entry_id);
  INSERT INTO audit_names (key, part, entry_id)
    SELECT name_key(actor), 'actor', id FROM audit;
  INSERT INTO audit_names (key, part, entry_id)
    SELECT name_key(target), 'target', id FROM audit WHERE target IS NOT NULL;
  CREATE INDEX audit_by_action ON audit (action);

  -- Channels that were deleted, and up to which message: those are deleted in steps. A new channel of the
  -- same name has only what comes after.
  CREATE TABLE deleted_channels (
    name    TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE channels ADD COLUMN hidden_to INTEGER NOT NULL DEFAULT 0;
  `,
];

/** The schema version this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings a database from `version` to another one, the newest if none is named; each step in one transaction. */
export function migrate(sqlite: DatabaseSync, version: number, to = SCHEMA_VERSION): void {
  if (version < to) {
    sqlite.function("looks_of", { deterministic: true }, (name) => looksOf(name as string));
    sqlite.function("name_key", { deterministic: true }, (name) => nameKey(name as string));
  }
  for (let next = version + 1; next <= to; next++) {
    sqlite.exec("BEGIN IMMEDIATE");
    try {
      sqlite.exec(MIGRATIONS[next - 1]!);
      sqlite.exec(`PRAGMA user_version = ${next}`);
      sqlite.exec("COMMIT");
    } catch (error) {
      sqlite.exec("ROLLBACK");
      throw error;
    }
  }
}
