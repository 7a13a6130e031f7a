// Migration 4: the networks from which accounts log in. A network is an IPv4 address or the /64 of an IPv6 address.

/** The statements of the migration. */
export const KNOWN_NETWORKS = `
  CREATE TABLE known_networks (
    account_id    INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    network       TEXT NOT NULL,
    last_login_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, network)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX known_networks_by_login ON known_networks (last_login_at);
`;
