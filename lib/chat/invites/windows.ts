// The times of open registration: which addresses may register although the settings do not permit it.
import { addressMatcher } from "../../net/address.ts";
import type {
  RegistrationWindow,
  RegistrationWindowStore,
} from "../../store/invites/registration_windows.ts";

/** The maximum number of windows at the same time. */
export const WINDOWS_MAX = 100;

interface Kept {
  readonly window: RegistrationWindow;
  readonly includes: (address: string) => boolean;
}

/** The windows, in memory. The store keeps them over a restart. */
export class RegistrationWindows {
  readonly #store: RegistrationWindowStore;
  readonly #now: () => number;
  #kept: readonly Kept[] = [];

  /** @param now The time of day, in milliseconds since 1970. */
  constructor(store: RegistrationWindowStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.reload();
  }

  /** Whether registration is open for an address now. */
  includes(address: string): boolean {
    if (this.#kept.length === 0) return false;
    const now = this.#now();
    return this.#kept.some(({ window, includes }) => window.until > now && includes(address));
  }

  /** Lists the windows that have not ended. */
  list(): RegistrationWindow[] {
    const now = this.#now();
    return this.#kept.map(({ window }) => window).filter(({ until }) => until > now);
  }

  /** Stores a window. {@linkcode reload} puts it into force. */
  open(window: RegistrationWindow): void {
    this.#store.open(window);
  }

  /** Deletes windows from the store. {@linkcode reload} ends them. */
  close(windows: readonly RegistrationWindow[]): void {
    for (const { network } of windows) this.#store.close(network);
  }

  /** Reads the windows from the store. */
  reload(): void {
    this.#kept = this.#store.list(this.#now()).map((window) => ({
      window,
      includes: window.network === null ? () => true : addressMatcher([window.network]),
    }));
  }
}
