// Prints what an import changes, line by line, and in numbers.
import type { ClassStep } from "../../protocol/replies/classes.ts";
import { type Column, table } from "../terminal/table.ts";
import { harmless } from "../terminal/text.ts";
import { plural } from "../terminal/units.ts";
import type { ImportReply } from "./importer.ts";

interface Row {
  readonly line: string;
  readonly name: string;
  readonly what: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "LINE", text: ({ line }) => line, align: "right" },
  { title: "NAME", text: ({ name }) => name },
  { title: "CHANGE", text: ({ what }) => what },
];

/** Returns the report of an import or a dry run. @param ignored The headings of columns that are not used. */
export function reportText(reply: ImportReply, ignored: readonly string[]): string {
  const rows: Row[] = [
    ...reply.steps.map((step) => ({
      line: String(step.line),
      name: step.name,
      what: changeText(step),
    })),
    ...reply.disable.map((name) => ({ line: "-", name, what: "disable: not in the list" })),
  ];
  return [
    ...(rows.length === 0 ? [] : [table(rows, COLUMNS), ""]),
    summary(reply),
    ...listed("New classes", reply.new_classes),
    ...listed("New groups", reply.new_groups),
    ...listed("In the class but not in the list, unchanged", reply.untouched),
    ...listed("Columns not used", ignored),
  ].join("\n");
}

function changeText(step: ClassStep): string {
  const { kind, was, role, role_was: before, id, password, class: joined } = step;
  const { leaves = [], groups = [] } = step;
  const parts: string[] = [];
  if (kind === "add") parts.push(role ?? "member");
  if (was !== undefined) parts.push(`renamed, was ${was}`);
  if (role !== undefined && before !== undefined) {
    const isLower = before === "admin" || role === "member";
    parts.push(`role ${before} to ${role}${isLower ? " (LOWER)" : ""}`);
  }
  if (joined !== undefined || leaves.length > 0) {
    const from = leaves.length === 0 ? "" : `from ${leaves.join(", ")} `;
    parts.push(
      from === "" ? `class ${joined}` : joined === undefined ? `${from}out` : `${from}to ${joined}`,
    );
  }
  if (groups.length > 0) parts.push(`group ${groups.join(", ")}`);
  if (id !== undefined && kind !== "add") parts.push(`id ${id}`);
  if (password && kind !== "add") parts.push("new password");
  if (step.disabled) parts.push(`is disabled and stays so: classcord user enable ${step.name}`);
  return `${kind}: ${parts.join("; ")}`;
}

function summary({ add, move, change, keep, disable }: ImportReply): string {
  return `New accounts: ${add}. Moved: ${move}. Changed: ${change}. Unchanged: ${keep}. ` +
    `Disabled: ${disable.length}.`;
}

const SHOWN_MAX = 20;

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - SHOWN_MAX;
  const shown = names.slice(0, SHOWN_MAX).map(harmless).join(", ");
  return [`${what}: ${shown}${more > 0 ? `, and ${plural(more, "other")}` : ""}.`];
}
