// The table of connections in the console, with as many columns as fit.
import type { ClientRow } from "../../protocol/replies/operator.ts";
import { peerText } from "../admin/clients.ts";
import { fit, harmless } from "../terminal/text.ts";
import { lookup } from "./lookup.ts";
import { type ScreenLine, type Span, type Style, styled } from "./style.ts";
import type { ConsoleTexts } from "./texts.ts";

interface ViewColumn {
  readonly key: keyof ConsoleTexts["columns"];
  readonly width: number;
  readonly text: (client: ClientRow, texts: ConsoleTexts) => string;
  readonly style: (client: ClientRow) => Style;
  readonly align?: "left" | "right";
}

const USER_WIDTH_MIN = 14;
const USER_WIDTH_MAX = 34;

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

/** All columns except the name, which takes the remaining width. The last columns are dropped first. */
const COLUMNS: readonly ViewColumn[] = [
  {
    key: "conn",
    width: 6,
    text: ({ conn }) => String(conn),
    style: () => "faint",
    align: "right",
  },
  {
    key: "role",
    width: 10,
    text: ({ role }, { roles }) => lookup(roles, role) ?? role,
    style: ({ role }) => lookup(ROLE_STYLES, role) ?? "plain",
  },
  {
    key: "address",
    width: 21,
    text: ({ address, port }) => peerText(address, port),
    style: () => "plain",
  },
  {
    key: "state",
    width: 11,
    text: ({ state = "-" }, { states }) => lookup(states, state) ?? state,
    style: ({ state = "" }) => lookup(STATE_STYLES, state) ?? "faint",
  },
  {
    key: "idle",
    width: 7,
    text: ({ idle }, texts) => texts.span(idle),
    style: () => "faint",
    align: "right",
  },
  { key: "channel", width: 16, text: ({ channel = "-" }) => channel, style: () => "plain" },
];

/** Returns the heading of the table. */
export function tableHead(width: number, texts: ConsoleTexts): ScreenLine {
  return cells(width, " ", (key) => styled(texts.columns[key], "heading"));
}

/** Returns the line of a connection. The selected one has a mark, for terminals without styles. */
export function tableRow(
  client: ClientRow,
  width: number,
  { texts, chosen }: { readonly texts: ConsoleTexts; readonly chosen: boolean },
): ScreenLine {
  const line = cells(width, chosen ? ">" : " ", (key) => {
    if (key === "user") return styled(client.user ?? "-", "figure");
    const column = COLUMNS.find((each) => each.key === key)!;
    return styled(column.text(client, texts), column.style(client));
  });
  return chosen ? line.map(({ text }) => styled(text, "chosen")) : line;
}

function cells(
  width: number,
  mark: string,
  cell: (key: keyof ConsoleTexts["columns"]) => Span,
): ScreenLine {
  let left = width - 1 - USER_WIDTH_MIN;
  const shown = COLUMNS.filter((column) => (left -= column.width + 2) >= 0);
  const taken = shown.reduce((sum, column) => sum + column.width + 2, 1);
  const user = {
    key: "user",
    width: Math.min(USER_WIDTH_MAX, width - taken),
    align: "left",
  } as const;
  const [conn, ...others] = shown;
  const line = [conn!, user, ...others].flatMap(({ key, width, align }) => {
    const { text, style } = cell(key);
    return [styled("  "), styled(fit(harmless(text), width, align), style)];
  });
  return [styled(mark), ...line.slice(1)];
}
