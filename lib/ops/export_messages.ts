// Messages as JSON, NDJSON or CSV, in pieces, so that a million of them take no memory.
import { formatTime } from "../protocol/reply.ts";
import type { StoredMessage } from "../store/messages.ts";

/** The formats. */
export const EXPORT_FORMATS = ["json", "ndjson", "csv"] as const;

/** One of {@linkcode EXPORT_FORMATS}. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

const COLUMNS = ["id", "timestamp", "subtype", "channel", "from", "to", "content"] as const;

type Row = Record<typeof COLUMNS[number], string | number | null>;

/** Writes messages in a format. */
export function* formatMessages(
  messages: Iterable<StoredMessage>,
  format: ExportFormat,
): Generator<string> {
  if (format === "csv") yield `${COLUMNS.join(",")}\r\n`;
  let opening = "[\n";
  for (const message of messages) {
    const row = toRow(message);
    switch (format) {
      case "csv":
        yield `${COLUMNS.map((column) => csvCell(row[column])).join(",")}\r\n`;
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

/** A cell as RFC 4180 has it. A text that a spreadsheet would run as a formula gets a `'` in front. */
function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[\s]*[=+\-@]|^[\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
