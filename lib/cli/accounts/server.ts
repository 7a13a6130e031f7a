// Changes accounts through the running server.
import { ProtocolError } from "../../protocol/errors.ts";
import { checkName } from "../../protocol/names.ts";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import type { UserAdminReplies } from "../../protocol/replies/user_admin.ts";
import type { RequestLine } from "../../protocol/request.ts";
import type { AccountAdmin } from "./account_admin.ts";
import { type AdminClient, Refused } from "../admin/client.ts";
import { CommandFailure } from "../command.ts";
import { inEnglish, noAccountText } from "./offline.ts";

type UserRequest = Exclude<keyof UserAdminReplies, "user_list">;

/** Returns an interface to the accounts of the running server. */
export function serverAccounts(client: AdminClient): AccountAdmin {
  async function ask<T extends UserRequest>(request: RequestLine<T>): Promise<ReplyOf<T>> {
    try {
      return await client.ask(request);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "unknown_user") throw error;
      throw new CommandFailure(noAccountText(request.user));
    }
  }
  async function change(request: RequestLine<UserRequest>): Promise<string> {
    return (await ask(request)).user;
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
    find: (user) => change({ type: "user_show", user }),
    async add({ name, password, role }) {
      const { user, accounts } = await ask({ type: "user_add", user: name, password, role });
      return { name: user, accounts };
    },
    sessions: async (user) => (await ask({ type: "user_sessions", user })).sessions,
    async endSessions(user, id) {
      const reply = await ask({ type: "user_end_sessions", user, id });
      return { name: reply.user, ended: reply.ended };
    },
    setPassword: (user, password) => change({ type: "user_passwd", user, password }),
    setDisabled: (user, disabled) =>
      change({ type: disabled ? "user_disable" : "user_enable", user }),
    setRole: (user, role) => change({ type: "user_role", user, role }),
    delete: (user) => change({ type: "user_delete", user }),
    erase: (user, { publicMessages }) =>
      change({ type: "user_erase", user, messages: publicMessages }),
  };
}
