// Draws a part of a lesson, which is loaded with its texts and styles when it is first needed.
import { useEffect } from "preact/hooks";
import { usePage } from "./page.ts";

/** Draws a part of a lesson once it is loaded. */
export function LessonPart(
  { name }: {
    readonly name: "ClassPanel" | "Inspector" | "LessonDialogs" | "Manual" | "Projector";
  },
) {
  const { lesson, loadLesson } = usePage();
  useEffect(loadLesson, []);
  const Loaded = lesson.value?.[name];
  return Loaded === undefined ? null : <Loaded />;
}
