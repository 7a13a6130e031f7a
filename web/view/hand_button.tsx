// The button beside the message box that raises or lowers the user's hand, and shows its place.
import { isStaff } from "../model/permissions.ts";
import { Icon } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

/** Draws the button. Staff has the list of hands in its place. */
export function HandButton() {
  const page = usePage();
  const texts = useTexts();
  const staff = useApp(({ me }) => isStaff(me));
  const place = useApp(({ lesson, me }) => lesson.hands.find(({ key }) => key === me?.key)?.place);
  if (staff) return null;
  const isUp = place !== undefined;
  const label = isUp ? texts.say("hand_lower", { place }) : texts.say("hand_raise");
  return (
    <button
      type="button"
      class={isUp ? "icon-button hand up" : "icon-button hand"}
      aria-pressed={isUp}
      aria-label={label}
      title={label}
      onClick={() => page.dispatch({ type: "act", act: { kind: "hand", up: !isUp } })}
    >
      <Icon name="hand" />
      {isUp && <span aria-hidden="true">{place}</span>}
    </button>
  );
}
