// Exports the parts of a lesson, which are loaded when one of them is first needed.
import "./shared.ts";
export { ClassPanel } from "./class_panel.tsx";
export { Inspector } from "./inspector.tsx";
export { LessonDialogs } from "./lesson_dialogs.tsx";
export { Manual } from "./manual.tsx";
export { Projector } from "./projector.tsx";
