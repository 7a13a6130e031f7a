// Class lists for tests: checked people from short rows.
import assert from "node:assert/strict";
import type { ListRow } from "../../lib/school/list.ts";
import { checkRow, type Person } from "../../lib/school/people.ts";

/** A row without its line. */
export type ShortRow = Omit<ListRow, "line">;

/** Returns checked people. Their lines are counted from 2, and their passwords are `pw-` and the name. */
export function people(...rows: readonly ShortRow[]): Person[] {
  return rows.map((row, index) => {
    const checked = checkRow(
      { password: `pw-${row.name}`, ...row, line: index + 2 },
      () => undefined,
    );
    assert.ok(!("code" in checked), JSON.stringify(checked));
    return checked;
  });
}

/** Options of a plan that allow nothing special. */
export const PLAIN = { allowAdmins: false, resetPasswords: false, disableMissing: false };
