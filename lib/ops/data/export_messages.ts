// Exports messages as JSON, NDJSON or CSV, in pieces, so that a million messages need little memory.
import { formatTime } from "../../protocol/reply.ts";
import type { StoredMessage } from "../../store/messages.ts";

/** The export formats. */
export const EXPORT_FORMATS = ["json", "ndjson", "csv"] as const;

/** One of {@linkcode EXPORT_FORMATS}. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

const COLUMNS = ["id", "timestamp", "subtype", "channel", "from", "to", "content"] as const;

type Row = Record<typeof COLUMNS[number], string | number | null>;

/** Options of the CSV format. */
export interface CsvOptions {
  /** The separator of cells. Spreadsheets with French settings expect `;`. */
  readonly separator?: string;
  /** Whether the document begins with a byte order mark. Without it, Excel misreads accents. */
  readonly mark?: boolean;
}

/** Writes messages in a format. */
export function* formatMessages(
  messages: Iterable<StoredMessage>,
  format: ExportFormat,
  { separator = ",", mark = false }: CsvOptions = {},
): Generator<string> {
  if (format === "csv") yield `${mark ? "\ufeff" : ""}${COLUMNS.join(separator)}\r\n`;
  let opening = "[\n";
  for (const message of messages) {
    const row = toRow(message);
    switch (format) {
      case "csv":
        yield `${COLUMNS.map((column) => csvCell(row[column], separator)).join(separator)}\r\n`;
        break;
      case "ndjson":
        yield `${JSON.stringify(row)}\n`;
        break;
      case "json":
        yield opening + JSON.stringify(row);
        opening = ",\n";
    }
  }
  if (format === "json") yield opening === ",\n" ? "\n]\n" : "[]\n";
}

function toRow(message: StoredMessage): Row {
  return {
    id: message.id,
    timestamp: formatTime(message.sentAt),
    subtype: message.subtype,
    channel: message.channel,
    from: message.sender,
    to: message.recipient,
    content: message.content,
  };
}

// Characters that make a cell a formula, including their full-width forms. White space and quotes may precede them.
const AT_START = /^(?=[\t\r]|[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
// The same after a character that another program may use as the separator. `;-)` is common and not a formula.
const BEHIND_SEPARATOR = /([;,\t|\r\n])(?=[\s"']*(?:[=@\uff1d\uff20]|[+\-\uff0b\uff0d](?!\))))/g;

/**
 * Formats a cell as described in RFC 4180. Text that a spreadsheet would run as a formula gets a leading `'`, even if
 * it would begin a cell only with another separator.
 */
function csvCell(value: string | number | null, separator: string): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = value.replace(AT_START, "'").replace(BEHIND_SEPARATOR, "$1'");
  return /["\r\n]/.test(safe) || safe.includes(separator)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}
