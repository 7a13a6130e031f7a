// Decides when the chat window of an old client is ready after a login. Earlier lines are lost, so the kept
// messages of its account wait until then.
//
// - Clients A, B and C are ready when they send their first `users`.
// - Clients E and H send `users` twice. Between the two a dialog may stay open for minutes. They are recognised by
//   their first request after the login reply: a `status` with the member `user`. No other client sends this.
// - A client that sends a message is ready.
// - A client that sends no `users` is considered ready after three seconds.
import type { Request } from "../../protocol/request.ts";
import type { Timers } from "../../edge/apart_writer.ts";
import type { MailState } from "./mail_batch.ts";
import type { Mailbox } from "./mailbox.ts";
import { serverMessage } from "./server_message.ts";
import type { ChatWindow, Session, User } from "../presence/session.ts";
import type { Sessions } from "../presence/sessions.ts";
import type { Texts } from "../texts/catalogue.ts";
import { arrivedText } from "../wording.ts";

/** A client that sends no `users` after its login is considered ready after this time. */
export const LISTENS_MS = 3_000;

/** What the windows work with. */
export interface WindowParts {
  readonly mail: Pick<Mailbox, "deliver" | "arrived" | "restore">;
  readonly sessions: Pick<Sessions, "touch">;
  readonly timers: Timers;
  /** Returns the texts in force. */
  readonly texts: () => Texts;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Whether a window shows what is sent to a user now. */
export function isReached({ sessions }: User): boolean {
  for (const session of sessions) if (!session.isDeaf) return true;
  return false;
}

/** Decides when a connection receives what was kept for its account. Owns `Session.window`. */
export class Windows {
  readonly #parts: WindowParts;

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  /** A connection has logged in and has its reply. */
  loggedIn(session: Session, accountId: number): void {
    if (session.modern) return this.deliver(session, accountId);
    const window = { isNew: true, opensDialog: false, isDialogOpen: false };
    this.restore(session, { ...window, accountId });
  }

  /** A connection had a window that was not ready under another leader. */
  restore(session: Session, window: Omit<ChatWindow, "cancel">): void {
    const cancel = window.isDialogOpen
      ? () => {}
      : this.#parts.timers.after(LISTENS_MS, () => this.#listens(session));
    session.window = { ...window, cancel };
  }

  /** A connection whose window is not ready yet has the reply to a request. */
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

  /** A line showed that the client of a connection uses the additions. */
  knowsAdditions(session: Session): void {
    if (session.window !== undefined) this.#listens(session);
  }

  /** A connection has logged out or ended. Its window no longer matters, and the messages stay kept. */
  left(session: Session): void {
    session.window?.cancel();
    session.window = undefined;
  }

  #listens(session: Session): void {
    const { accountId, opensDialog } = session.window!;
    this.left(session);
    this.#parts.sessions.touch([session]);
    if (opensDialog) session.readOneByOne();
    this.deliver(session, accountId);
  }

  /** A connection received messages under another leader. */
  restoreMail(session: Session, accountId: number, state: MailState): void {
    const finished = state.tells ? this.#finished(session) : undefined;
    this.#parts.mail.restore(session, { accountId, state, finished });
  }

  /** Delivers what was kept for an account, because the window of a connection is ready. */
  deliver(session: Session, accountId: number): void {
    this.#parts.mail.deliver(session, accountId, this.#finished(session));
  }

  #finished(session: Session): () => void {
    const { mail, texts, now } = this.#parts;
    return () => {
      // A client that uses the additions can count the messages itself.
      if (session.modern || session.user === undefined) return;
      const text = arrivedText(mail.arrived(session.user), texts());
      session.sendMissed(serverMessage(session, text, now()));
    };
  }
}
