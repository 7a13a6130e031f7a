// Meters of work inside this process: texts normalized, rows read, bytes of files read and written, and CPU
// of the thread that serves the chat. What runs beside that thread makes nobody wait, and does not count.
import { StatementSync } from "node:sqlite";

/** What was counted while something ran. */
export interface Work {
  /** Longest text handed to `normalize`, in UTF-16 units. */
  readonly normalized: number;
  /** Longest text that `normalize` made. */
  readonly grown: number;
  /** Rows that the database handed over: in all, and in one turn of the event loop. */
  readonly rows: number;
  readonly rowsPerTurn: number;
  /** Most bytes that one turn wrote to files. */
  readonly writtenPerTurn: number;
  /** Calls of the functions that `replace` was given, in one turn. */
  readonly replacedPerTurn: number;
  /** CPU time of the thread in nanoseconds. */
  readonly cpu: number;
}

/** Whether the system tells what one thread read, wrote and used. */
export function canMeter(): boolean {
  try {
    return threadBytes() >= 0 && threadCpu() >= 0;
  } catch {
    return false;
  }
}

/** Runs something and counts the work of this thread meanwhile. */
export async function meter(work: () => Promise<void>): Promise<Work> {
  const counts = { normalized: 0, grown: 0, rows: 0 };
  const turn = { rows: 0, bytes: threadBytes(), replaced: 0 };
  const most = { rows: 0, bytes: 0, replaced: 0 };
  function endTurn(): void {
    const bytes = threadBytes();
    most.rows = Math.max(most.rows, turn.rows);
    most.bytes = Math.max(most.bytes, bytes - turn.bytes);
    most.replaced = Math.max(most.replaced, turn.replaced);
    // Reading /proc counts as well.
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

/** What prepared statements have, without the overloads of their types. */
interface Statements {
  all(...values: unknown[]): unknown[];
  get(...values: unknown[]): unknown;
  iterate(...values: unknown[]): Iterable<unknown>;
}

/** Puts counting methods in the place of the engine's. @returns What puts those back. */
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

// The system adds up a thread's time when it leaves the processor.
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

// The thread that JavaScript runs in is the process's first one.
function threadFile(name: string): string {
  return Deno.readTextFileSync(`/proc/self/task/${Deno.pid}/${name}`);
}

function threadBytes(): number {
  // Reads do not count: a small database is checked whole at the start.
  return Number(/^wchar: (\d+)/m.exec(threadFile("io"))?.[1]);
}

function threadCpu(): number {
  return Number(threadFile("schedstat").split(" ")[0]);
}
