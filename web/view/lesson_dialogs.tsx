// Chooses the dialog of a lesson: the export of a room, or the attendance.
import { AttendanceDialog } from "./attendance.tsx";
import { ExportRoom } from "./export_room.tsx";
import { usePage } from "./page.ts";

/** Draws the open dialog, if it is one of a lesson. */
export function LessonDialogs() {
  const dialog = usePage().ui.dialog.value;
  if (dialog?.kind === "export") return <ExportRoom room={dialog.room} />;
  if (dialog?.kind === "attendance") return <AttendanceDialog />;
  return null;
}
