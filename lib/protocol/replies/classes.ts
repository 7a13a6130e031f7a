// The replies to the requests that import class lists.
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";

/** What is wrong with a line of a class list. */
export interface ClassProblem {
  /** The line of the file; 0 for the whole list. */
  readonly line: number;
  readonly code: string;
  /** The values of the text. */
  readonly places: Readonly<Record<string, string | number>>;
  /** The problem as a sentence, in the language of the server. */
  readonly text: string;
}

/** What happens to one account. */
export interface ClassStep {
  readonly line: number;
  /** The name that the account has afterwards. */
  readonly name: string;
  readonly kind: "add" | "move" | "change" | "keep";
  /** The present name, if the account is renamed. */
  readonly was?: string | undefined;
  /** The role of a new account, or the new role. */
  readonly role?: Role | undefined;
  /** The present role, if it changes. */
  readonly role_was?: Role | undefined;
  /** The id that the account gets. */
  readonly id?: string | undefined;
  /** Whether the account gets the password of the row. */
  readonly password?: true | undefined;
  /** The class that it joins. */
  readonly class?: string | undefined;
  /** The classes that it leaves. */
  readonly leaves?: readonly string[] | undefined;
  /** The groups that it joins. */
  readonly groups?: readonly string[] | undefined;
  /** Whether the account is disabled. The import does not enable it. */
  readonly disabled?: true | undefined;
}

/** The effect of an import, or of a dry run. */
export interface ClassReport {
  readonly classes: readonly string[];
  readonly new_classes: readonly string[];
  readonly new_groups: readonly string[];
  readonly add: number;
  readonly move: number;
  readonly change: number;
  readonly keep: number;
  /** The accounts with a change, and disabled accounts of the list. */
  readonly steps: readonly ClassStep[];
  /** The accounts that are disabled. */
  readonly disable: readonly string[];
  /** The share of the imported members of the classes that this is, from 0 to 1. */
  readonly share: number;
  /** Members of the classes who are not in the list and stay as they are. */
  readonly untouched: readonly string[];
  /** At most 100. */
  readonly problems: readonly ClassProblem[];
  readonly problem_count: number;
}

/** How far an import is. */
export interface ClassProgress {
  readonly type: "class_progress";
  /** The number of passwords hashed. */
  readonly done: number;
  readonly of: number;
}

/** The replies by the type of their request. */
export interface ClassReplies {
  /** `rows` is the number of rows that the server has. */
  readonly class_rows: Done<"class_rows", { readonly rows: number }>;
  readonly class_import: ClassReport & {
    readonly type: "class_import";
    /**
     * `planned`: a dry run. `refused`: the list has problems. `unconfirmed`: more than a fifth of the imported members
     * would be disabled. In all three cases nothing has changed.
     */
    readonly status: "ok" | "planned" | "refused" | "unconfirmed";
  };
}
