// Who searches messages for the chat, for whom, and how that can fail.
import type { SearchScope } from "./scope.ts";
import type { Found } from "./search_index.ts";

/** So many searches wait already that another would wait too long. */
export class SearchBusy extends Error {
  override readonly name = "SearchBusy";

  /** @param retryAfter Whole seconds after which there may be room. */
  constructor(readonly retryAfter: number) {
    super("expected room in the queue of searches, got a full one");
  }
}

/** The index cannot be used, for a reason that is not the search's. */
export class SearchUnavailable extends Error {
  override readonly name = "SearchUnavailable";
}

/** Who asks for a search. */
export interface Asker {
  /** The network of the connection: networks take turns. */
  readonly network: string;
  /** Whether nobody waits for the answer any more: the search is not made then. */
  readonly gone: () => boolean;
}

/** Searches messages. */
export interface Searcher {
  /**
   * Finds messages by words.
   *
   * @throws {SearchExpired}
   * @throws {SearchBusy}
   * @throws {SearchUnavailable} Also where the asker is gone before the search begins.
   */
  find(query: string, scope: SearchScope, asker: Asker): Promise<Found>;
}
