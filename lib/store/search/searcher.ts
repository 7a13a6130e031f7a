// The interface of the search, its caller and its errors.
import type { SearchScope } from "./scope.ts";
import type { Found } from "./search_index.ts";

/** Too many searches are waiting already. */
export class SearchBusy extends Error {
  override readonly name = "SearchBusy";

  /** @param retryAfter Whole seconds after which there may be room. */
  constructor(readonly retryAfter: number) {
    super("expected room in the queue of searches, got a full one");
  }
}

/** The index cannot be used, for a reason other than the search itself. */
export class SearchUnavailable extends Error {
  override readonly name = "SearchUnavailable";
}

/** The connection that asks for a search. */
export interface Asker {
  /** The network of the connection. Networks take turns. */
  readonly network: string;
  /** Whether the connection no longer waits for the answer. The search is then not run. */
  readonly gone: () => boolean;
}

/** Searches messages. */
export interface Searcher {
  /**
   * Finds messages by words.
   *
   * @throws {SearchExpired}
   * @throws {SearchBusy}
   * @throws {SearchUnavailable} Also if the connection closes before the search begins.
   */
  find(query: string, scope: SearchScope, asker: Asker): Promise<Found>;
}
