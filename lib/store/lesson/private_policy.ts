// Stores who may write private messages, as staff has set it.
import { PRIVATE_POLICIES, type PrivatePolicy } from "../../protocol/requests/lesson.ts";
import type { Database } from "../database.ts";

/** Reads and writes the policy. Each call is one short transaction. */
export class PrivatePolicyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns the policy that staff has set; `undefined` if the configuration decides. */
  read(): PrivatePolicy | undefined {
    const stored = this.#database.sqlite.prepare("SELECT private_messages AS policy FROM state")
      .get()?.["policy"];
    return PRIVATE_POLICIES.find((policy) => policy === stored);
  }

  /** Changes the policy; if the caller has a transaction open, as part of it. */
  write(policy: PrivatePolicy): void {
    this.#database.sqlite.prepare("UPDATE state SET private_messages = ?").run(policy);
  }
}
