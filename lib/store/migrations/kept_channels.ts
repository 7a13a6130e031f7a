// Migration 3: channels that are kept when they are not used.

/** The statements of the migration. */
export const KEPT_CHANNELS = `
  ALTER TABLE channels ADD COLUMN kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1));
`;
