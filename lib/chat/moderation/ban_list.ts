// The banned addresses, as the listener asks for them at each connection.
import { addressMatcher } from "../../net/address.ts";
import type { Ban } from "../../store/sanctions.ts";

interface Entry {
  readonly ban: Ban;
  readonly matches: (address: string) => boolean;
}

/** Bans of addresses in memory. To be reloaded when one is added or removed. */
export class BanList {
  readonly #read: () => readonly Ban[];
  #entries: Entry[] = [];
  #matchesAny: (address: string) => boolean = () => false;

  /** @param read Reads all bans from the store. */
  constructor(read: () => readonly Ban[]) {
    this.#read = read;
    this.reload();
  }

  /** Reads the bans anew. */
  reload(): void {
    const bans = this.#read().filter(({ kind }) => kind === "address");
    this.#entries = bans.map((ban) => ({ ban, matches: addressMatcher([ban.subject]) }));
    this.#matchesAny = addressMatcher(bans.map(({ subject }) => subject));
  }

  /** The ban that an address falls under at a time, if any; of several, the one that lasts longest. */
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
