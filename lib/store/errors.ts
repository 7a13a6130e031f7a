// How opening or using the database can fail, in words an administrator can act on.

/** What is wrong with the database or its directory. */
export type StoreFailure = "not_writable" | "locked" | "newer" | "foreign" | "corrupt" | "io";

/** A failure that is not a bug: the message names the path, what was expected and what came. */
export class StoreError extends Error {
  override readonly name = "StoreError";

  constructor(readonly kind: StoreFailure, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** An account, or a channel, of that name exists. */
export class NameTaken extends Error {
  override readonly name = "NameTaken";
}

const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** Whether SQLite refused a row because there is one with the same key. */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === SQLITE_CONSTRAINT_UNIQUE;
}
