// Migration 6: moves the search index to a file of its own, indexes conversations with guests and the audit log by
// name, and deletes channels in steps. `name_key` is the function in names.ts.

/** Returns the SQL for the words of the search index that name the readers of a message. */
function scopeOf(row: "old" | "new"): string {
  return `CASE ${row}.subtype WHEN 'global' THEN 'c' || hex(coalesce(${row}.channel, ''))
            ELSE 'a' || coalesce(${row}.sender_account, '') ||
                 ' a' || coalesce(${row}.recipient_account, '') END`;
}

/** The statements of the migration. */
export const SEARCH_APART = `
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
`;
