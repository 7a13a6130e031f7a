// Applies the timers of the model.
import { askClass } from "./class_list.ts";
import { greet, resume } from "./entering.ts";
import { flush } from "./outbox.ts";
import { endMute } from "./muting.ts";
import { askDirectory, askOverview } from "./overview.ts";
import { askMembers, askPeople } from "./people.ts";
import { readShown } from "./reading.ts";
import { check } from "./resend.ts";
import { resumeExport } from "./saving.ts";
import { change, type Step } from "./step.ts";
import { markSeen } from "./unread.ts";

/** Applies a timer that has expired. The link may have closed meanwhile, so each request checks it first. */
export function ring(step: Step, name: string): void {
  switch (name) {
    case "seen":
      return markSeen(step);
    case "flush":
      change(step, { throttledUntil: undefined });
      return flush(step);
    case "read":
      return readShown(step);
    case "people":
      change(step, { peopleDue: false });
      askPeople(step);
      askClass(step);
      return askMembers(step);
    case "members":
      return askMembers(step);
    case "channels":
      return askDirectory(step);
    case "overview":
      return askOverview(step);
    case "class":
      return askClass(step);
    case "export":
      return resumeExport(step);
    case "check":
      return check(step);
    case "unmute":
      return endMute(step);
    case "hello":
      if (step.app.link.state === "open" && !step.app.link.joined) greet(step);
      return;
    case "resume":
      if (step.app.link.state === "open" && !step.app.link.joined) resume(step);
      return;
  }
}
