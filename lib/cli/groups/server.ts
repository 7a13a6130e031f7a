// Changes groups through the running server.
import type { RequestLine } from "../../protocol/request.ts";
import type { AdminClient } from "../admin/client.ts";
import type { GroupAdmin, GroupMembers, GroupRequest } from "./group_admin.ts";

/** Returns an interface to the groups of the running server. */
export function serverGroups(client: AdminClient): GroupAdmin {
  return {
    ask: <T extends GroupRequest>(type: T, members: GroupMembers<T>) =>
      // The compiler does not see that the two together are the request of this type.
      client.ask({ type, ...members } as RequestLine<T>),
    async checkAccounts(names) {
      for (const user of names) await client.ask({ type: "user_show", user });
    },
  };
}
