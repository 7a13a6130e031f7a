// Divides the terminal among the parts of the console.

/** The size of a terminal, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** The smallest terminal that is supported. */
export const SMALLEST: ScreenSize = { columns: 60, rows: 12 };

/** From this width the events are shown beside the connections. */
const WIDE = 150;
/** The width of the table with all its columns. */
const TABLE_WIDTH_MAX = 124;
/**
 * Lines that belong neither to the table nor to the events: title, two lines of figures, two sections, heading,
 * footer.
 */
const FIXED_ROWS = 7;
/** The table keeps at least this many lines for new connections. */
const TABLE_ROWS_MIN = 3;

/** The sizes of the parts. */
export interface Layout {
  /** Whether the events are beside the connections instead of below. */
  readonly wide: boolean;
  /** Lines of the table, without its heading. */
  readonly tableRows: number;
  readonly eventRows: number;
  readonly tableWidth: number;
  readonly eventWidth: number;
}

/** Whether the terminal is too small for the page. */
export function isTooSmall({ columns, rows }: ScreenSize): boolean {
  return columns < SMALLEST.columns || rows < SMALLEST.rows;
}

/**
 * Divides the terminal. Events below the connections get the lines that the connections do not need, and at least
 * a third.
 *
 * @param clients The number of connections to show.
 */
export function layoutOf(clients: number, { columns, rows }: ScreenSize): Layout {
  const free = Math.max(2, rows - FIXED_ROWS);
  if (columns >= WIDE) {
    const tableWidth = Math.min(TABLE_WIDTH_MAX, Math.floor(columns * 0.6));
    return {
      wide: true,
      // There is no second section, and the events have no heading.
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
