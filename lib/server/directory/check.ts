// Looks up the accounts of the directory that are online or stay signed in, every some minutes: those that are gone or
// disabled lose their sessions, and the others get their present names, roles and groups.
import { DirectoryAway, type DirectoryPerson } from "../../auth/directory.ts";
import { LOCAL_REQUESTER } from "../../auth/requester.ts";
import { admitPerson, endAbsent, type Report } from "../../chat/moderation/directory.ts";
import type { Services } from "../../chat/services.ts";
import type { Desk } from "../../ldap/desk.ts";
import type { Steps } from "../../ldap/login.ts";
import type { Clock } from "../../ops/background.ts";
import type { DirectoryAccount } from "../../store/school/directory_accounts.ts";

/** What the check works with. */
export interface DirectoryCheckParts {
  readonly services: Services;
  readonly desk: Pick<Desk, "ask">;
  /** Milliseconds from one check to the next. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly report: Report;
  /** Called when a check, or what it does to one account, fails because of a bug or of the database. */
  readonly failed: (error: unknown) => void;
}

/** The number of accounts that one conversation looks up. */
const PAGE = 50;
const CHECKER = { ...LOCAL_REQUESTER, network: "directory check" };

/** Checks the accounts now and from time to time. @returns A function that stops it. */
export function startDirectoryCheck(parts: DirectoryCheckParts): () => void {
  const { clock, everyMs, failed } = parts;
  const check = new DirectoryCheck(parts);
  let stopped = false;
  let cancel = () => {};
  function run(): void {
    check.run().catch(failed).finally(() => {
      if (!stopped) cancel = clock.after(everyMs, run);
    });
  }
  cancel = clock.after(0, run);
  return () => {
    stopped = true;
    cancel();
  };
}

/** The check, which goes on where it was when the directory stopped answering. */
export class DirectoryCheck {
  readonly #parts: Omit<DirectoryCheckParts, "everyMs" | "clock">;
  #after = 0;

  constructor(parts: Omit<DirectoryCheckParts, "everyMs" | "clock">) {
    this.#parts = parts;
  }

  /**
   * Looks up all accounts that are in use. It ends early if the directory does not answer.
   *
   * @throws The errors of the database.
   */
  async run(): Promise<void> {
    const { desk, services: { directoryAccounts } } = this.#parts;
    for (;;) {
      const page = directoryAccounts.page(this.#after, PAGE);
      const used = page.filter((account) => this.#isUsed(account));
      // Without an account in use, the directory is asked all the same: the state of the server shows whether it answers.
      const isLast = page.length < PAGE;
      const isAnswered = used.length === 0 && !isLast || await answered(
        desk.ask({ kind: "hash", requester: CHECKER, bytes: 0 }, (steps) => this.#all(used, steps)),
      );
      if (!isAnswered) return;
      this.#after = isLast ? 0 : page.at(-1)!.account.id;
      if (isLast) return;
    }
  }

  #isUsed({ account, hasTokens }: DirectoryAccount): boolean {
    const { roster, directory } = this.#parts.services;
    return hasTokens || roster.find(account.key)?.accountId === account.id ||
      directory?.keeps(account.directoryId) === true;
  }

  async #all(accounts: readonly DirectoryAccount[], steps: Steps): Promise<true> {
    const { findById, describe } = await import("../../ldap/login.ts");
    for (const { account } of accounts) {
      const { person, problem } = await findById(account.directoryId, steps);
      const present = person && await describe(person, { ...steps, name: account.name });
      try {
        if (person === undefined) this.#end(account, problem);
        else this.#update(present);
      } catch (error) {
        // The accounts after it are looked up all the same.
        this.#parts.failed(error);
      }
    }
    return true;
  }

  #update(person: DirectoryPerson | undefined): void {
    const { services, report } = this.#parts;
    if (person !== undefined) admitPerson(person, services, report);
  }

  // The account may have been deleted, and created again, during the search.
  #end({ id, directoryId }: DirectoryAccount["account"], problem: string): void {
    const { services } = this.#parts;
    services.directory?.forget(directoryId);
    const account = services.accountStore.findById(id);
    if (account?.directoryId === directoryId) endAbsent(account, problem, services);
  }
}

// The desk has reported why the directory does not answer.
async function answered(work: Promise<true>): Promise<boolean> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DirectoryAway) return false;
    throw error;
  }
}
