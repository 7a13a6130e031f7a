// Changes accounts through the running server.
import { ProtocolError } from "../../protocol/errors.ts";
import { checkName } from "../../protocol/names.ts";
import type { AccountAdmin } from "./account_admin.ts";
import { type AdminClient, Refused } from "../admin/client.ts";
import { CommandFailure } from "../command.ts";
import { inEnglish, noAccountText } from "./offline.ts";

/** Accounts in the hands of a server. */
export function serverAccounts(client: AdminClient): AccountAdmin {
  async function ask(type: string, user: string, members = {}): Promise<Record<string, unknown>> {
    try {
      return await client.ask({ type, user, ...members });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "unknown_user") throw error;
      throw new CommandFailure(noAccountText(user));
    }
  }
  async function change(type: string, user: string, members = {}): Promise<string> {
    return String((await ask(type, user, members))["user"]);
  }
  return {
    async checkFree(name) {
      const checked = checkName(name);
      if (!checked.ok) {
        throw new CommandFailure(inEnglish(new ProtocolError("bad_username", checked)));
      }
      const isFree = await client.ask({ type: "user_show", user: name }).then(
        () => false,
        (error) => {
          if (error instanceof Refused && error.code === "unknown_user") return true;
          throw error;
        },
      );
      if (!isFree) throw new CommandFailure("Username already exists.");
    },
    find: (name) => change("user_show", name),
    async add({ name, password, role }) {
      const { user, accounts } = await ask("user_add", name, { password, role });
      return { name: String(user), accounts: Number(accounts) };
    },
    setPassword: (name, password) => change("user_passwd", name, { password }),
    setDisabled: (name, disabled) => change(disabled ? "user_disable" : "user_enable", name),
    setRole: (name, role) => change("user_role", name, { role }),
    delete: (name) => change("user_delete", name),
    erase: (name, { publicMessages }) => change("user_erase", name, { messages: publicMessages }),
  };
}
