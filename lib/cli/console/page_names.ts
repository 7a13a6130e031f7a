// The names of the console's pages, and what an action needs to know of a row.

/** The pages, in the order of the keys that open them: 1, 2, 3, 4. */
export const PAGES = ["clients", "accounts", "groups", "invites"] as const;

/** One of {@linkcode PAGES}. */
export type PageName = typeof PAGES[number];

/** What an action needs to know of a row. */
export interface Target {
  /** The name that questions and results show. */
  readonly name: string;
  /** The user or the account; missing for a connection that has not joined. */
  readonly user?: string | undefined;
  readonly conn?: number;
  readonly group?: string;
  readonly invite?: number;
  /** Whether the account is disabled. */
  readonly disabled?: boolean;
}
