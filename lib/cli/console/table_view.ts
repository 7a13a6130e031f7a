// The table of connections in the console: as many columns as there is room for.
import type { ClientRow } from "../admin/clients.ts";
import { peerText } from "../admin/clients.ts";
import { fit, harmless } from "../terminal/text.ts";
import { span } from "../terminal/units.ts";
import type { ConsoleTexts } from "./texts.ts";

interface ViewColumn {
  readonly key: keyof ConsoleTexts["columns"];
  readonly width: number;
  readonly text: (client: ClientRow) => string;
  readonly align?: "left" | "right";
}

const USER_WIDTH_MIN = 14;
const USER_WIDTH_MAX = 34;

/** All columns but the name's, which takes what is left. Those at the end go first. */
const COLUMNS: readonly ViewColumn[] = [
  { key: "conn", width: 6, text: ({ conn }) => String(conn), align: "right" },
  { key: "role", width: 9, text: ({ role }) => role },
  { key: "address", width: 21, text: ({ address, port }) => peerText(address, port) },
  { key: "state", width: 12, text: ({ state }) => state ?? "-" },
  { key: "idle", width: 7, text: ({ idle }) => span(idle), align: "right" },
  { key: "channel", width: 16, text: ({ channel }) => channel ?? "-" },
];

/** The heading of the table. */
export function tableHead(width: number, texts: ConsoleTexts): string {
  return line(width, (column) => texts.columns[column]);
}

/** One connection. */
export function tableRow(client: ClientRow, width: number): string {
  return line(width, (key) => {
    if (key === "user") return harmless(client.user ?? "-");
    return harmless(COLUMNS.find((column) => column.key === key)!.text(client));
  });
}

function line(width: number, text: (key: keyof ConsoleTexts["columns"]) => string): string {
  let left = width - 1 - USER_WIDTH_MIN;
  const shown = COLUMNS.filter((column) => (left -= column.width + 2) >= 0);
  const taken = shown.reduce((sum, column) => sum + column.width + 2, 1);
  const user = fit(text("user"), Math.min(USER_WIDTH_MAX, width - taken));
  const [conn, ...others] = shown.map(({ key, width, align }) => fit(text(key), width, align));
  return ` ${[conn, user, ...others].join("  ")}`;
}
