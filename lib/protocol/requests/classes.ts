// Requests of operators and admins that import class lists.
import { z } from "zod";
import { expects, flag, whole } from "./fields.ts";
import { ROLES } from "./user_admin.ts";

/** The maximum number of rows in one request. More would hold up other connections. */
export const CLASS_ROWS_MAX = 100;

const TEXT_MAX = 1_200;

const row = z.object({
  /** The line of the file, which problems name. */
  line: whole(1, 10_000_000),
  name: z.string().max(TEXT_MAX),
  id: z.string().max(TEXT_MAX).optional(),
  role: z.enum(ROLES).optional(),
  class: z.string().max(TEXT_MAX).optional(),
  groups: z.array(z.string().max(TEXT_MAX)).max(100).optional(),
  password: z.string().max(TEXT_MAX).optional(),
});

/** One row of a class list. */
export type ClassRow = z.output<typeof row>;

const rows = z.array(row).max(CLASS_ROWS_MAX);

/** The schemas of the requests. */
export const classSchemas = {
  class_rows: z.object({
    type: z.literal("class_rows"),
    first: flag,
    // An error gives the expectation for the list: a row has a password.
    rows: z.custom<readonly ClassRow[]>(
      (value) => rows.safeParse(value).success,
      expects("want_class_rows", { max: CLASS_ROWS_MAX }),
    ),
  }),
  class_import: z.object({
    type: z.literal("class_import"),
    dry_run: flag,
    allow_admins: flag,
    reset_passwords: flag,
    disable_missing: flag,
    confirmed: flag,
    must_change: flag,
  }),
};
