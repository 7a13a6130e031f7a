// Chooses the dialog to show.
import { Announce, CloseRoom, DeleteMessage, Topic } from "./dialogs_staff.tsx";
import { Help } from "./help.tsx";
import { JoinChannel, NewConversation } from "./join.tsx";
import { Jump } from "./jump.tsx";
import { usePage } from "./page.ts";
import { RoomCode } from "./qr.tsx";
import { PersonCard } from "./person_card.tsx";
import { ReportMessage } from "./report_message.tsx";

/** Draws the open dialog, if there is one. */
export function Dialogs() {
  const dialog = usePage().ui.dialog.value;
  switch (dialog?.kind) {
    case undefined:
      return null;
    case "join":
      return <JoinChannel />;
    case "private":
      return <NewConversation />;
    case "announce":
      return <Announce />;
    case "help":
      return <Help />;
    case "jump":
      return <Jump />;
    case "person":
      return <PersonCard key={dialog.name} name={dialog.name} room={dialog.room} />;
    case "delete":
      return <DeleteMessage {...dialog} />;
    case "report":
      return <ReportMessage {...dialog} />;
    case "topic":
      return <Topic room={dialog.room} />;
    case "qr":
      return <RoomCode room={dialog.room} />;
    case "close":
      return <CloseRoom room={dialog.room} />;
    case "export":
    case "attendance":
      return null;
  }
}
