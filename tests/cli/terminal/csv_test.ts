// Tests of CSV: quotes, and texts that a spreadsheet would take for a formula.
import assert from "node:assert/strict";
import { csv } from "../../../lib/cli/terminal/csv.ts";

Deno.test("csv quotes what needs it, and keeps spreadsheets from running names", () => {
  assert.equal(
    csv([
      ["name", "from"],
      ["Paul, Ada", 'a"b;'],
      ["-1+1", "=1"],
      ["léa\n", ""],
    ]),
    'name,from\n"Paul, Ada","a""b;"\n\'-1+1,\'=1\nléa\\u000a,',
  );
});
