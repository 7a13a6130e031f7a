// The part of `deno task bench --check` that counts the work that attacks cause.
import type { Counted, CountedCheck } from "./counted.ts";
import { flowChecks } from "./flow.ts";
import { canMeter } from "./meters.ts";
import { passwordChecks } from "./passwords.ts";
import { replyChecks } from "./replies.ts";
import { socketChecks } from "./sockets.ts";
import { storedChecks } from "./stored.ts";
import { textChecks } from "./texts.ts";

const CHECKS: readonly CountedCheck[] = [
  ...textChecks,
  ...storedChecks,
  ...replyChecks,
  ...flowChecks,
  ...passwordChecks,
  ...socketChecks,
];

/** Runs the checks, prints the counts, and returns whether every count is within its limits. */
export async function checkAbuse(rows: readonly string[] = []): Promise<boolean> {
  let good = true;
  for (const check of CHECKS) {
    if (rows.length > 0 && !rows.includes(check.row)) continue;
    const name = `row ${check.row}: ${check.what}`;
    if (check.metered && !canMeter()) {
      console.log(`left out: ${name}: this system does not tell what a thread reads and writes`);
      continue;
    }
    const counted = await check.count();
    const wrong = exceeded(counted);
    good &&= wrong.length === 0;
    console.log(
      `${wrong.length === 0 ? "ok  " : "FAIL"} ${name}: ${JSON.stringify(counted.found)}`,
    );
    if (wrong.length > 0) console.log(`     expected ${wrong.join(", ")}`);
  }
  return good;
}

function exceeded({ found, most = {}, least = {} }: Counted): string[] {
  return [
    ...Object.entries(most).filter(([what, bound]) => !((found[what] ?? NaN) <= bound))
      .map(([what, bound]) => `${what} of at most ${bound}`),
    ...Object.entries(least).filter(([what, bound]) => !((found[what] ?? NaN) >= bound))
      .map(([what, bound]) => `${what} of at least ${bound}`),
  ];
}
