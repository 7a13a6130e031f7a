// How large a class list may be. The server and the program that reads the file have the same limits.

/** The maximum size of the file, in bytes. */
export const LIST_BYTES_MAX = 2 ** 20;

/** The maximum number of people in a list. */
export const PEOPLE_MAX = 5_000;

/** The maximum number of columns. */
export const COLUMNS_MAX = 100;

/** The maximum length of a cell that is used, in UTF-16 units. No name, password or list of groups is longer. */
export const CELL_UNITS_MAX = 1_200;

/** The maximum length of an `id`, in UTF-16 units. */
export const ID_MAX = 64;

/** The maximum number of groups of one person. */
export const GROUPS_MAX = 20;

/** More than this share of the imported accounts of the classes is disabled only after a confirmation. */
export const DISABLE_SHARE_MAX = 0.2;
