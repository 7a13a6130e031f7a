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

/** An account of that name exists. */
export class NameTaken extends Error {
  override readonly name = "NameTaken";
}
