// When the chat window of an old client listens after a login. What comes before that is lost, so the kept messages
// of its account wait until then.
//
// - A, B and C listen when they send their first `users`.
// - E and H send `users` twice. Between the two a dialog may stay open, for minutes. They are recognised by their first
//   request after the login reply: a `status` with the member `user`. No other client sends one there.
// - A client that says something has a window.
// - Clients that send no `users` are given three seconds.
import type { Request } from "../../protocol/request.ts";
import type { Timers } from "../../edge/apart_writer.ts";
import type { Mailbox } from "./mailbox.ts";
import { serverMessage } from "./server_message.ts";
import type { Session, User } from "../presence/session.ts";
import type { Texts } from "../texts/catalogue.ts";
import { arrivedText } from "../wording.ts";

/** A client that sends no `users` after its login listens after so long. */
export const LISTENS_MS = 3_000;

/** What the windows are made with. */
export interface WindowParts {
  readonly mail: Pick<Mailbox, "deliver" | "arrived">;
  readonly timers: Timers;
  /** The texts in force. */
  readonly texts: () => Texts;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Whether what is sent to a user now reaches a window. */
export function isReached({ sessions }: User): boolean {
  for (const session of sessions) if (!session.isDeaf) return true;
  return false;
}

/** Decides when a connection is sent what was kept for its account. Owns `Session.window`. */
export class Windows {
  readonly #parts: WindowParts;

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  /** A connection has logged in, and the reply is sent. */
  loggedIn(session: Session, accountId: number): void {
    if (session.modern) return this.#deliver(session, accountId);
    const cancel = this.#parts.timers.after(LISTENS_MS, () => this.#listens(session));
    const window = { isNew: true, opensDialog: false, isDialogOpen: false };
    session.window = { ...window, accountId, cancel };
  }

  /** A request of a connection whose window does not listen yet has been served, and its reply is sent. */
  served(session: Session, request: Request): void {
    const { window } = session;
    // A tool may send a ping on behalf of any client.
    if (window === undefined || request.type === "ping") return;
    const isFirst = window.isNew;
    window.isNew = false;
    switch (request.type) {
      case "status":
        if (isFirst && typeof request.user === "string") window.opensDialog = true;
        break;
      case "users":
        if (!window.opensDialog || window.isDialogOpen) return this.#listens(session);
        window.isDialogOpen = true;
        window.cancel();
        break;
      case "message":
        if (request.content.trim() !== "") this.#listens(session);
    }
  }

  /** A connection has turned out not to be old. */
  knowsAdditions(session: Session): void {
    if (session.window !== undefined) this.#listens(session);
  }

  /** A connection has left the chat, or ended: what is kept for its account stays kept. */
  left(session: Session): void {
    session.window?.cancel();
    session.window = undefined;
  }

  #listens(session: Session): void {
    const { accountId, opensDialog } = session.window!;
    this.left(session);
    if (opensDialog) session.readOneByOne();
    this.#deliver(session, accountId);
  }

  #deliver(session: Session, accountId: number): void {
    const { mail, texts, now } = this.#parts;
    mail.deliver(session, accountId, () => {
      // A client that uses the additions knows what it got.
      if (session.modern || session.user === undefined) return;
      const text = arrivedText(mail.arrived(session.user), texts());
      session.sendMissed(serverMessage(session, text, now()));
    });
  }
}
