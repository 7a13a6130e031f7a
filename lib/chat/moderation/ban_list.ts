// The banned addresses in memory. The listener asks for each new connection.
import { addressMatcher } from "../../net/address.ts";
import type { Ban } from "../../store/sanctions.ts";

interface Entry {
  readonly ban: Ban;
  readonly matches: (address: string) => boolean;
}

/** The bans of addresses. Call {@linkcode BanList.reload} when one is added or removed. */
export class BanList {
  readonly #read: () => readonly Ban[];
  #entries: Entry[] = [];
  #matchesAny: (address: string) => boolean = () => false;

  /** @param read Reads all bans from the store. */
  constructor(read: () => readonly Ban[]) {
    this.#read = read;
    this.reload();
  }

  /** Reads the bans again. */
  reload(): void {
    const bans = this.#read().filter(({ kind }) => kind === "address");
    this.#entries = bans.map((ban) => ({ ban, matches: addressMatcher([ban.subject]) }));
    this.#matchesAny = addressMatcher(bans.map(({ subject }) => subject));
  }

  /** Returns the ban of an address at a given time, if any. Of several, it is the one that lasts longest. */
  find(address: string, now: number): Ban | undefined {
    if (!this.#matchesAny(address)) return undefined;
    let found: Ban | undefined;
    for (const { ban, matches } of this.#entries) {
      if (ban.until !== null && ban.until <= now || !matches(address)) continue;
      if (ban.until === null) return ban;
      if (found === undefined || ban.until > found.until!) found = ban;
    }
    return found;
  }
}
