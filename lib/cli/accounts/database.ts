// Changes accounts in the database while no server runs.
import { refuseDirectoryAccount } from "../../auth/refusals.ts";
import { detailOfErasure } from "../../chat/moderation/accounts.ts";
import { detailOfEnding } from "../../chat/moderation/web_sessions.ts";
import { forgetErased } from "../../ops/data/erasing.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { Account } from "../../store/accounts.ts";
import { WebSessionStore } from "../../store/page/web_sessions.ts";
import { PersonalDataStore } from "../../store/personal_data.ts";
import { inSteps } from "../../store/steps.ts";
import { transact } from "../../store/transaction.ts";
import type { AccountAdmin } from "./account_admin.ts";
import { type AccountTools, findAccount } from "./offline.ts";

/** Changes accounts in the database. Each change is stored together with its entry in the audit log. */
export function databaseAccounts(
  { accounts, store, database, note }: AccountTools,
): AccountAdmin {
  const data = new PersonalDataStore(database);
  const webSessions = new WebSessionStore(database);
  function change(name: string, effect: (account: Account) => void): Promise<string> {
    const account = findAccount(store, name);
    transact(database, () => effect(account));
    return Promise.resolve(account.name);
  }
  return {
    checkFree(name) {
      accounts.checkFree(name);
      return Promise.resolve();
    },
    find: (name) => Promise.resolve(findAccount(store, name).name),
    async add({ name: username, password, role }) {
      const { name } = await accounts.create({
        username,
        password,
        role,
        within: (make) =>
          transact(database, () => {
            const made = make();
            note("user_add", made.name, made.role);
            return made;
          }),
      });
      return { name, accounts: store.count() };
    },
    sessions(name) {
      const { id } = findAccount(store, name);
      return Promise.resolve(
        webSessions.list(id, Date.now()).map((kept) => ({
          id: kept.id,
          client: kept.client,
          created_at: formatTime(kept.createdAt),
          last_used_at: formatTime(kept.lastUsedAt),
          expires: formatTime(kept.expiresAt),
        })),
      );
    },
    async endSessions(given, id) {
      let ended = 0;
      const name = await change(given, (account) => {
        if (id === undefined) ended = webSessions.endAll(account.id);
        else if (webSessions.end(account.id, id) !== undefined) ended = 1;
        else throw new ProtocolError("bad_request", { reason: "no_session" });
        note("user_end_sessions", account.name, detailOfEnding(id));
      });
      return { name, ended };
    },
    async setPassword(name, password) {
      refuseDirectoryAccount(findAccount(store, name));
      const hash = await accounts.hash(password);
      return await change(name, (account) => {
        store.setPasswordHash(account.id, hash);
        note("user_passwd", account.name);
      });
    },
    setDisabled: (name, disabled) =>
      change(name, (account) => {
        store.setDisabled(account.id, disabled ? Date.now() : null);
        note(disabled ? "user_disable" : "user_enable", account.name);
      }),
    setRole: (name, role) =>
      change(name, (account) => {
        store.setRole(account.id, role);
        note("user_role", account.name, `${account.role} to ${role}`);
      }),
    async delete(name) {
      const { id } = findAccount(store, name);
      await inSteps(() => store.detachMessages(id));
      return await change(name, (account) => {
        store.delete(account.id);
        note("user_delete", account.name);
      });
    },
    async erase(name, erasure) {
      const account = findAccount(store, name);
      // While the messages are being erased, nobody may log in to the account and write more.
      store.setDisabled(account.id, Date.now());
      await inSteps(() => data.eraseMessages(account.id, erasure));
      transact(database, () => {
        data.eraseAccount(account, erasure);
        note("user_erase", account.name, detailOfErasure(erasure));
      });
      await forgetErased(database);
      return account.name;
    },
  };
}
