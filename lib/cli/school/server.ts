// Imports a class list through the running server.
import type { ClassProgress } from "../../protocol/replies/classes.ts";
import { CLASS_ROWS_MAX, type ClassRow } from "../../protocol/requests/classes.ts";
import type { AdminClient } from "../admin/client.ts";
import type { Importer } from "./importer.ts";

/** Rows in one request, in UTF-16 units. With three bytes for each, a line stays below its maximum of 64 KiB. */
const UNITS_MAX = 16 * 1024;

/** Returns an importer for the running server. */
export function serverImporter(client: AdminClient): Importer {
  return {
    async send(rows) {
      let first = true;
      for (const part of partsOf(rows)) {
        await client.ask({ type: "class_rows", first, rows: part });
        first = false;
      }
    },
    async run(choices, progress) {
      const others = client.onEvent;
      client.onEvent = (line) => {
        if (line["type"] !== "class_progress") return others(line);
        const { done, of } = line as unknown as ClassProgress;
        progress(done, of);
      };
      try {
        return await client.ask({ type: "class_import", ...choices });
      } finally {
        client.onEvent = others;
      }
    },
  };
}

function* partsOf(rows: readonly ClassRow[]): Generator<readonly ClassRow[]> {
  let part: ClassRow[] = [];
  let units = 0;
  for (const row of rows) {
    const { length } = JSON.stringify(row);
    if (part.length === CLASS_ROWS_MAX || (part.length > 0 && units + length > UNITS_MAX)) {
      yield part;
      [part, units] = [[], 0];
    }
    part.push(row);
    units += length;
  }
  yield part;
}
