// Migration 8: classes and groups, invitations, times of open registration, and who was online when.

/** The statements of the migration. */
export const LESSONS = `
  -- A class is a group whose list was imported. Channels admit groups by the key of the name.
  CREATE TABLE account_groups (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    key        TEXT NOT NULL UNIQUE,
    is_class   INTEGER NOT NULL DEFAULT 0 CHECK (is_class IN (0, 1)),
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE group_members (
    group_id   INTEGER NOT NULL REFERENCES account_groups (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Whether an import of the class added the account. Only such accounts are disabled when they are missing.
    imported   INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1)),
    PRIMARY KEY (group_id, account_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX group_members_by_account ON group_members (account_id);
  ALTER TABLE channels ADD COLUMN admitted_groups TEXT NOT NULL DEFAULT '[]';
  -- Those of the admitted accounts that an invitation admitted. The configuration does not remove them.
  ALTER TABLE channels ADD COLUMN invited TEXT NOT NULL DEFAULT '[]';

  -- The identity of a person in the school's own lists. It stays the same when the name changes.
  ALTER TABLE accounts ADD COLUMN external_id TEXT;
  CREATE UNIQUE INDEX accounts_by_external_id ON accounts (external_id)
    WHERE external_id IS NOT NULL;
  -- Whether the page asks for a new password at the next login.
  ALTER TABLE accounts ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0
    CHECK (must_change_password IN (0, 1));

  CREATE TABLE invites (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    code       TEXT NOT NULL UNIQUE,
    -- The name of the channel that it admits to; NULL: none.
    channel    TEXT,
    -- Whether it permits the registration of an account. Guests may join with every invitation.
    registers  INTEGER NOT NULL CHECK (registers IN (0, 1)),
    uses_max   INTEGER NOT NULL,
    uses       INTEGER NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;
  CREATE INDEX invites_by_expiry ON invites (expires_at);

  -- Registration is open to these networks for a time, whatever the configuration says.
  CREATE TABLE registration_windows (
    network   TEXT PRIMARY KEY,
    until     INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at INTEGER NOT NULL
  ) STRICT;

  -- Who was online from when to when. ended_at is NULL while the user is online.
  CREATE TABLE visits (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    -- The name of a guest; NULL for an account.
    guest      TEXT,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    CHECK ((account_id IS NULL) <> (guest IS NULL))
  ) STRICT;
  CREATE INDEX visits_by_account ON visits (account_id, started_at);
  CREATE INDEX visits_by_guest ON visits (guest, started_at) WHERE guest IS NOT NULL;
  CREATE INDEX visits_by_start ON visits (started_at);
  CREATE INDEX visits_open ON visits (id) WHERE ended_at IS NULL;

  -- Who may write private messages, as staff has set it; NULL: as configured.
  ALTER TABLE state ADD COLUMN private_messages TEXT
    CHECK (private_messages IN ('all', 'staff', 'none'));
  -- When the server was last known to run. Visits that a crash left open end there.
  ALTER TABLE state ADD COLUMN alive_at INTEGER;
`;
