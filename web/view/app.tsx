// The whole page: the sign-in form, or the part for users who are signed in.
import { useEffect } from "preact/hooks";
import { LessonPart } from "./lesson_part.tsx";
import { Mark } from "./mark.tsx";
import { NewPassword } from "./new_password.tsx";
import { Notices } from "./notices.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { SignIn } from "./sign_in.tsx";
import { Strip } from "./strip.tsx";

/** Draws the page. */
export function AppView() {
  const { loadTalk, talk } = usePage();
  const texts = useTexts();
  const phase = useApp((app) => app.phase);
  const returns = useApp((app) => app.session !== undefined);
  useEffect(() => {
    if (phase === "in" || returns) loadTalk();
  }, [phase, returns]);
  const isProjected = useApp(({ route }) => route.at === "projector");
  const mustChange = useApp((app) => app.mustChange);
  if (phase === "in" && mustChange) return <NewPassword />;
  // Nothing else is drawn on a projector, not even a notice.
  if (phase === "in" && isProjected) return <LessonPart name="Projector" />;
  const Frame = talk.value?.Frame;
  if (phase === "in" && Frame !== undefined) return <Frame />;
  if (phase === "out") {
    return (
      <>
        <SignIn />
        <Notices />
      </>
    );
  }
  return (
    <main class="splash">
      <Mark />
      <p role="status">{texts.say("loading")}</p>
      <Strip />
      <Notices />
    </main>
  );
}
