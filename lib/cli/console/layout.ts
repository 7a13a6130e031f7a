// Where the parts of the console go on a terminal of some size.

/** A terminal, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Smallest terminal that shows anything useful. */
export const SMALLEST: ScreenSize = { columns: 60, rows: 12 };

/** Columns from which the events are beside the connections. */
const WIDE = 150;
/** The widest table: with all its columns. */
const TABLE_WIDTH_MAX = 124;
/** Lines that are neither table nor events: title, two of figures, two sections, heading, footer. */
const FIXED_ROWS = 7;
/** Lines of the table that stay free for new connections. */
const TABLE_ROWS_MIN = 3;

/** Where the parts go. */
export interface Layout {
  /** Whether the events are beside the connections, not below. */
  readonly wide: boolean;
  /** Lines of connections, without their heading. */
  readonly tableRows: number;
  readonly eventRows: number;
  readonly tableWidth: number;
  readonly eventWidth: number;
}

/** Whether there is room for the page. */
export function isTooSmall({ columns, rows }: ScreenSize): boolean {
  return columns < SMALLEST.columns || rows < SMALLEST.rows;
}

/**
 * Divides the terminal. Where the events are below the connections, they get the lines that the connections
 * do not need, and a third at least.
 *
 * @param clients How many connections there are to show.
 */
export function layoutOf(clients: number, { columns, rows }: ScreenSize): Layout {
  const free = Math.max(2, rows - FIXED_ROWS);
  if (columns >= WIDE) {
    const tableWidth = Math.min(TABLE_WIDTH_MAX, Math.floor(columns * 0.6));
    return {
      wide: true,
      // No second section; the events have no heading either.
      tableRows: free + 1,
      eventRows: free + 2,
      tableWidth,
      eventWidth: columns - tableWidth - 1,
    };
  }
  const most = free - Math.floor(free / 3);
  const tableRows = Math.min(most, Math.max(TABLE_ROWS_MIN, clients));
  return {
    wide: false,
    tableRows,
    eventRows: free - tableRows,
    tableWidth: columns,
    eventWidth: columns,
  };
}
