// Migration 5: what the names of accounts look like. `looks_of` is the function in look_alikes.ts.

/** The statements of the migration. */
export const LOOKS_OF_NAMES = `
  ALTER TABLE accounts ADD COLUMN looks TEXT NOT NULL DEFAULT '';
  UPDATE accounts SET looks = looks_of(name);
  CREATE INDEX accounts_by_looks ON accounts (looks);
`;
