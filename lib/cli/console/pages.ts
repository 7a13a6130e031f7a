// The pages of the console: which rows each has, and their columns.
import type { GroupRow } from "../../protocol/replies/groups.ts";
import type { InviteRow } from "../../protocol/replies/invite_admin.ts";
import type { ClientRow } from "../../protocol/replies/operator.ts";
import type { UserRow } from "../../protocol/replies/user_admin.ts";
import { peerText } from "../admin/clients.ts";
import { clock } from "../terminal/units.ts";
import { lookup } from "./lookup.ts";
import type { PageName, Target } from "./page_names.ts";
import type { Style } from "./style.ts";
import type { ColumnName, ConsoleTexts } from "./texts/texts.ts";

/** The row of each page. */
export interface Rows {
  readonly clients: ClientRow;
  readonly accounts: UserRow;
  readonly groups: GroupRow;
  readonly invites: InviteRow;
}

/** A row of any page. */
export type AnyRow = Rows[PageName];

/** A column of a page. */
export interface Column<R> {
  readonly name: ColumnName;
  /** In characters. Missing for the one column that takes the remaining width. */
  readonly width?: number;
  readonly text: (row: R, texts: ConsoleTexts) => string;
  readonly style: (row: R) => Style;
  readonly align?: "left" | "right";
  /** Whether it is shown for the servers of a cluster only. */
  readonly ofCluster?: true;
}

/** A page. */
export interface Page<R> {
  /** In the order of the screen. If the terminal is narrow, the last are dropped first. */
  readonly columns: readonly Column<R>[];
  /** Identifies a row while the list changes. */
  readonly id: (row: R) => string;
  readonly target: (row: R) => Target;
}

const ROLE_STYLES: Readonly<Record<string, Style>> = {
  admin: "bad",
  moderator: "warning",
  member: "good",
  unjoined: "faint",
};

const STATE_STYLES: Readonly<Record<string, Style>> = {
  online: "good",
  away: "warning",
  dnd: "bad",
  "do not disturb": "bad",
};

const INVITE_STYLES: Readonly<Record<InviteRow["state"], Style>> = {
  open: "good",
  used: "faint",
  expired: "faint",
  revoked: "bad",
};

const faint = (): Style => "faint";
const plain = (): Style => "plain";
const figure = (): Style => "figure";

const role: Column<{ readonly role: string }> = {
  name: "role",
  width: 10,
  text: ({ role }, { roles }) => lookup(roles, role) ?? role,
  style: ({ role }) => lookup(ROLE_STYLES, role) ?? "plain",
};

const clients: Page<ClientRow> = {
  columns: [
    {
      name: "conn",
      width: 6,
      // In a cluster, the column `node` has the rest.
      text: ({ conn, node }) => String(node === undefined ? conn : conn % 2 ** 32),
      style: faint,
      align: "right",
    },
    { name: "user", text: ({ user = "-" }) => user, style: figure },
    role,
    {
      name: "address",
      width: 21,
      text: ({ address, port }) => peerText(address, port),
      style: plain,
    },
    {
      name: "state",
      width: 11,
      text: ({ state = "-" }, { states }) => lookup(states, state) ?? state,
      style: ({ state = "" }) => lookup(STATE_STYLES, state) ?? "faint",
    },
    {
      name: "idle",
      width: 7,
      text: ({ idle }, texts) => texts.span(idle),
      style: faint,
      align: "right",
    },
    { name: "node", width: 10, text: ({ node = "" }) => node, style: plain, ofCluster: true },
    { name: "channel", width: 16, text: ({ channel = "-" }) => channel, style: plain },
  ],
  id: ({ conn }) => String(conn),
  target: ({ conn, user }) => ({ name: user ?? `conn ${conn}`, user, conn }),
};

const accounts: Page<UserRow> = {
  columns: [
    { name: "user", text: ({ name }) => name, style: figure },
    role,
    {
      name: "state",
      width: 11,
      text: ({ disabled }, texts) => disabled ? texts.disabled : "",
      style: () => "bad",
    },
    {
      name: "login",
      width: 19,
      text: ({ last_login_at: at }) => at === undefined ? "-" : clock(at),
      style: faint,
    },
    { name: "created", width: 19, text: ({ created_at }) => clock(created_at), style: faint },
  ],
  id: ({ name }) => name,
  target: ({ name, disabled }) => ({ name, user: name, disabled }),
};

const groups: Page<GroupRow> = {
  columns: [
    { name: "group", text: ({ name }) => name, style: figure },
    {
      name: "kind",
      width: 10,
      text: (row, texts) => row.class ? texts.classKind : "",
      style: plain,
    },
    {
      name: "members",
      width: 8,
      text: ({ members }) => String(members),
      style: plain,
      align: "right",
    },
  ],
  id: ({ name }) => name,
  target: ({ name }) => ({ name, group: name }),
};

const invites: Page<InviteRow> = {
  columns: [
    { name: "invite", width: 6, text: ({ id }) => String(id), style: faint, align: "right" },
    { name: "code", text: ({ code = "-" }) => code, style: figure },
    {
      name: "state",
      width: 10,
      text: ({ state }, { inviteStates }) => inviteStates[state],
      style: ({ state }) => INVITE_STYLES[state],
    },
    {
      name: "uses",
      width: 9,
      text: ({ used, uses }) => `${used}/${uses}`,
      style: plain,
      align: "right",
    },
    { name: "expires", width: 19, text: ({ expires }) => clock(expires), style: plain },
    { name: "channel", width: 16, text: ({ channel = "-" }) => channel, style: plain },
  ],
  id: ({ id }) => String(id),
  target: ({ id }) => ({ name: String(id), invite: id }),
};

const BY_NAME: { readonly [P in PageName]: Page<Rows[P]> } = { clients, accounts, groups, invites };

/** Returns a page. Its functions take rows of that page. */
export function pageOf(name: PageName): Page<AnyRow> {
  return BY_NAME[name] as Page<never> as Page<AnyRow>;
}
