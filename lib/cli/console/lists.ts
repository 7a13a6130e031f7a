// Reads the rows of the console's pages from the server.
import type { GroupRow } from "../../protocol/replies/groups.ts";
import type { UserRow } from "../../protocol/replies/user_admin.ts";
import { USER_LIST_LIMIT } from "../../protocol/requests/user_admin.ts";
import type { AdminClient } from "../admin/client.ts";
import type { PageName } from "./page_names.ts";
import { type ConsoleState, withList } from "./state.ts";

/** Maximum number of rows to request: more than anyone scrolls through. */
const CLIENTS_MAX = 1_000;
const ACCOUNTS_MAX = 5_000;

/** A change of the state, for the state at the time of the reply. */
export type Change = (state: ConsoleState) => ConsoleState;

/** What reading depends on. */
export interface Reading {
  readonly server: AdminClient;
  /** The number of this connection, which is not shown. */
  readonly me: number;
  readonly filter: string;
}

/** Whether a page is read again every second. Accounts change rarely, and there are many. */
export function isLive(page: PageName): boolean {
  return page !== "accounts";
}

/** Reads the rows of each page. */
export const READERS: Readonly<Record<PageName, (reading: Reading) => Promise<Change>>> = {
  async clients({ server, me, filter }) {
    const { clients, total } = await server.ask({ type: "clients", filter, limit: CLIENTS_MAX });
    const others = clients.filter(({ conn }) => conn !== me);
    const own = clients.length - others.length;
    return (state) => withList(state, "clients", { rows: others, total: total - own });
  },
  async accounts({ server }) {
    const rows: UserRow[] = [];
    for (;;) {
      const after = rows.at(-1)?.name;
      const page = await server.ask({ type: "user_list", after, limit: USER_LIST_LIMIT.max });
      rows.push(...page.users);
      if (page.more !== true || rows.length >= ACCOUNTS_MAX) {
        return (state) => withList(state, "accounts", { rows, total: page.accounts });
      }
    }
  },
  async groups({ server }) {
    const rows: GroupRow[] = [];
    for (;;) {
      const page = await server.ask({ type: "groups", after: rows.at(-1)?.name });
      rows.push(...page.groups);
      if (page.more === true) continue;
      return (state) => withList(state, "groups", { rows, total: rows.length });
    }
  },
  async invites({ server }) {
    const [{ invites }, { windows }] = await Promise.all([
      server.ask({ type: "invites" }),
      server.ask({ type: "registration" }),
    ]);
    return (state) => ({
      ...withList(state, "invites", { rows: invites, total: invites.length }),
      registration: windows,
    });
  },
};
