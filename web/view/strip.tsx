// The line above the message box: the state of the connection, and unsent messages. It covers no other part.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

/** How long an attempt to connect may take before it is shown, in milliseconds. */
const SLOW = 1000;

/** Draws the line, if there is something to report. */
export function Strip() {
  const page = usePage();
  const texts = useTexts();
  const link = useApp((app) => app.link);
  const phase = useApp((app) => app.phase);
  const throttled = useApp((app) => app.throttledUntil);
  const unsent = useApp(({ outbox }) => outbox.filter(({ state }) => state !== "sent").length);
  const now = useSeconds(link.state !== "open" || throttled !== undefined, page.now);
  const again = (
    <button type="button" onClick={() => page.dispatch({ type: "reconnect" })}>
      {texts.say("strip_now")}
    </button>
  );
  const waits = unsent > 0 && ` ${texts.count("strip_unsent", unsent)}`;
  if (link.state === "off") {
    return <Line look="bad" icon="warning">{texts.say(`strip_off_${link.why}`)} {again}</Line>;
  }
  if (link.state === "waiting") {
    const seconds = Math.max(0, Math.ceil((link.until - Date.now()) / 1000));
    return (
      <Line look="wait" icon="warning">
        {texts.say("strip_offline", { time: texts.time(link.since) })}{" "}
        {seconds > 0 && texts.count("strip_waiting", seconds)}
        {waits} {again}
      </Line>
    );
  }
  if (link.state === "connecting") {
    if (Date.now() - link.since < SLOW && unsent === 0) return null;
    return <Line look="wait" icon="retry">{texts.say("strip_connecting")}{waits}</Line>;
  }
  if (phase === "in" && !link.caughtUp && Date.now() - link.since >= SLOW) {
    return <Line look="wait" icon="retry">{texts.say("strip_catching_up")}</Line>;
  }
  if (throttled !== undefined && throttled > now) {
    return (
      <Line look="wait" icon="clock">
        {texts.say("strip_throttled", { time: texts.time(throttled) })}
      </Line>
    );
  }
  return null;
}

function Line(
  { look, icon, children }: {
    readonly look: "bad" | "wait";
    readonly icon: "warning" | "retry" | "clock";
    readonly children: ComponentChildren;
  },
) {
  return (
    <div class={`strip ${look}`}>
      <Icon name={icon} />
      <p>{children}</p>
    </div>
  );
}

/** Returns the time. While `runs` is true, the caller is drawn again every second. */
function useSeconds(runs: boolean, now: () => number): number {
  const [time, setTime] = useState(now());
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setTime(now()), 1000);
    return () => clearInterval(timer);
  }, [runs]);
  return runs ? Math.max(time, now()) : now();
}
