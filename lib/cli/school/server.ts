// Imports a class list through the running server.
import type { ClassProgress } from "../../protocol/replies/classes.ts";
import { CLASS_ROWS_MAX, type ClassRow } from "../../protocol/requests/classes.ts";
import { partsOf, withRows } from "../../school/sending.ts";
import { type AdminClient, Refused } from "../admin/client.ts";
import type { Importer } from "./importer.ts";

/** Returns an importer for the running server. */
export function serverImporter(client: AdminClient): Importer {
  let list: readonly ClassRow[] = [];
  async function sendRows(): Promise<void> {
    let first = true;
    for (const part of partsOf(list, CLASS_ROWS_MAX)) {
      await client.ask({ type: "class_rows", first, rows: part });
      first = false;
    }
  }
  return {
    async send(rows) {
      list = rows;
      await withRows(sendRows, isLost);
    },
    async run(choices, progress) {
      const others = client.onEvent;
      client.onEvent = (line) => {
        if (line["type"] !== "class_progress") return others(line);
        const { done, of } = line as unknown as ClassProgress;
        progress(done, of);
      };
      try {
        return await withRows(async (mayBeMissing) => {
          if (mayBeMissing) await sendRows();
          return await client.ask({ type: "class_import", ...choices });
        }, isLost);
      } finally {
        client.onEvent = others;
      }
    },
  };
}

function isLost(error: unknown): boolean {
  return error instanceof Refused && error.reason === "no_list";
}
