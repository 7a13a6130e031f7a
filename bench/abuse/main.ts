// `deno task bench abuse [ROW …]`: hostile clients against a server with its shipped settings, and what other
// clients notice of it. It prints each row and writes JSON. `--markdown` prints the table of an earlier run.
import { parseArgs } from "node:util";
import { bundle } from "../servers.ts";
import type { Attack } from "./attack.ts";
import { preparedDirectory } from "./database.ts";
import { describe, judge, type RowResult, toMarkdown } from "./report.ts";
import { ATTACKS } from "./rows.ts";
import { runAttack, type RunOptions } from "./stage.ts";

const MESSAGES = { quick: 50_000, full: 1_000_000 };
const SECONDS = { quick: 3, full: 15 };

/** Runs the given rows, or all. @returns The exit code: 1 if a bar was missed. */
export async function runAbuse(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      messages: { type: "string" },
      seconds: { type: "string" },
      addresses: { type: "string", default: "1" },
      json: { type: "string", default: "bench/abuse.json" },
      markdown: { type: "boolean", default: false },
    },
  });
  if (values.markdown) {
    console.log(toMarkdown(readRows(values.json)));
    return 0;
  }
  const attacks = chosen(positionals);
  if (attacks === undefined) return 2;
  const length = values.quick ? "quick" : "full";
  await bundle();
  const options = {
    quick: values.quick,
    seconds: Number(values.seconds ?? SECONDS[length]),
    addresses: Number(values.addresses),
    prepared: await preparedDirectory(Number(values.messages ?? MESSAGES[length])),
  };
  const rows: RowResult[] = [];
  for (const attack of attacks) {
    const result = await run(attack, options, positionals.length > 0);
    rows.push(result);
    console.log(describe(result));
    // Written after each row, because a run takes long and may be interrupted.
    const { deno } = Deno.version;
    const cores = navigator.hardwareConcurrency;
    const json = JSON.stringify({ deno, cores, ...options, rows }, null, 2);
    Deno.writeTextFileSync(values.json, `${json}\n`);
  }
  return rows.every(({ missed }) => missed.length === 0) ? 0 : 1;
}

/** Reads the rows of an earlier run; none if there was no run. */
function readRows(path: string): RowResult[] {
  try {
    return JSON.parse(Deno.readTextFileSync(path)).rows;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function run(attack: Attack, options: RunOptions, named: boolean): Promise<RowResult> {
  const { row } = attack;
  const { addresses } = options;
  const skipped = attack.skipped?.({ quick: options.quick, named });
  if (skipped !== undefined) return { row, addresses, skipped, missed: [] };
  const measured = await runAttack(attack, options);
  return { row, addresses, measured, missed: judge(attack, measured, options) };
}

function chosen(rows: readonly string[]): readonly Attack[] | undefined {
  const known = ATTACKS.map(({ row }) => row);
  const unknown = rows.filter((row) => !known.includes(row));
  if (unknown.length > 0) {
    console.error(`Expected rows among ${known.join(", ")}, got ${unknown.join(", ")}.`);
    return undefined;
  }
  return rows.length === 0 ? ATTACKS : ATTACKS.filter(({ row }) => rows.includes(row));
}
