// Imports a class list through the running server.
import type { ClassProgress } from "../../protocol/replies/classes.ts";
import { CLASS_ROWS_MAX } from "../../protocol/requests/classes.ts";
import { partsOf } from "../../school/sending.ts";
import type { AdminClient } from "../admin/client.ts";
import type { Importer } from "./importer.ts";

/** Returns an importer for the running server. */
export function serverImporter(client: AdminClient): Importer {
  return {
    async send(rows) {
      let first = true;
      for (const part of partsOf(rows, CLASS_ROWS_MAX)) {
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
