// Meters the work in this process: texts normalized, rows read, bytes read and written, and the CPU time of the
// thread that serves the chat. Work beside this thread delays nobody and does not count.
import { StatementSync } from "node:sqlite";

/** The work that was counted while a function ran. */
export interface Work {
  /** Longest text passed to `normalize`, in UTF-16 units. */
  readonly normalized: number;
  /** Longest text that `normalize` returned. */
  readonly grown: number;
  /** Rows read from the database, in total and in one turn of the event loop. */
  readonly rows: number;
  readonly rowsPerTurn: number;
  /** Maximum of bytes written to files in one turn. */
  readonly writtenPerTurn: number;
  /** Maximum number of calls of `replace` callbacks in one turn. */
  readonly replacedPerTurn: number;
  /** CPU time of the thread in nanoseconds. */
  readonly cpu: number;
}

/** Whether the system reports what one thread read, wrote and used. */
export function canMeter(): boolean {
  try {
    return threadBytes() >= 0 && threadCpu() >= 0;
  } catch {
    return false;
  }
}

/** Runs a function and counts the work of this thread meanwhile. */
export async function meter(work: () => Promise<void>): Promise<Work> {
  const counts = { normalized: 0, grown: 0, rows: 0 };
  const turn = { rows: 0, bytes: threadBytes(), replaced: 0 };
  const most = { rows: 0, bytes: 0, replaced: 0 };
  function endTurn(): void {
    const bytes = threadBytes();
    most.rows = Math.max(most.rows, turn.rows);
    most.bytes = Math.max(most.bytes, bytes - turn.bytes);
    most.replaced = Math.max(most.replaced, turn.replaced);
    // Read again, so that the bytes of the first read count for neither turn.
    Object.assign(turn, { rows: 0, bytes: threadBytes(), replaced: 0 });
  }
  let timer = setTimeout(function tick() {
    endTurn();
    timer = setTimeout(tick, 0);
  }, 0);
  const restore = replaceMethods({
    normalized(text, result) {
      counts.normalized = Math.max(counts.normalized, text.length);
      counts.grown = Math.max(counts.grown, result.length);
    },
    row() {
      counts.rows++;
      turn.rows++;
    },
    replaced() {
      turn.replaced++;
    },
  });
  await pause();
  const cpu = threadCpu();
  try {
    await work();
  } finally {
    restore();
    clearTimeout(timer);
    endTurn();
  }
  await pause();
  return {
    ...counts,
    rowsPerTurn: most.rows,
    writtenPerTurn: most.bytes,
    replacedPerTurn: most.replaced,
    cpu: threadCpu() - cpu,
  };
}

interface Listener {
  normalized(text: string, result: string): void;
  row(): void;
  replaced(): void;
}

/** The methods of prepared statements, without the overloads of their types. */
interface Statements {
  all(...values: unknown[]): unknown[];
  get(...values: unknown[]): unknown;
  iterate(...values: unknown[]): Iterable<unknown>;
}

/** Replaces methods of the engine with counting ones. @returns A function that restores them. */
function replaceMethods(listener: Listener): () => void {
  const { normalize, replace } = String.prototype;
  const statements = StatementSync.prototype as unknown as Statements;
  const { all, get, iterate } = statements;
  String.prototype.normalize = function (form?: string) {
    const result = normalize.call(this, form);
    listener.normalized(String(this), result);
    return result;
  };
  // deno-lint-ignore no-explicit-any -- the types of `replace` are overloads
  String.prototype.replace = function (this: string, pattern: any, by: any) {
    if (typeof by !== "function") return replace.call(this, pattern, by);
    return replace.call(this, pattern, (...found: unknown[]) => {
      listener.replaced();
      return by(...found);
    });
  } as typeof replace;
  statements.all = function (...values) {
    const rows = all.apply(this, values);
    rows.forEach(() => listener.row());
    return rows;
  };
  statements.get = function (...values) {
    const row = get.apply(this, values);
    if (row !== undefined) listener.row();
    return row;
  };
  statements.iterate = function* (...values) {
    for (const row of iterate.apply(this, values)) {
      listener.row();
      yield row;
    }
  };
  return () => {
    Object.assign(String.prototype, { normalize, replace });
    Object.assign(statements, { all, get, iterate });
  };
}

// The system updates the CPU time of a thread when the thread leaves the processor.
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

// JavaScript runs in the first thread of the process.
function threadFile(name: string): string {
  return Deno.readTextFileSync(`/proc/self/task/${Deno.pid}/${name}`);
}

function threadBytes(): number {
  // Reads do not count, because a small database is checked completely at the start.
  return Number(/^wchar: (\d+)/m.exec(threadFile("io"))?.[1]);
}

function threadCpu(): number {
  return Number(threadFile("schedstat").split(" ")[0]);
}
