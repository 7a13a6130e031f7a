// Creates messages for tests.
import type { NewMessage } from "../../lib/store/messages.ts";

/** Returns a message to everyone, changed by `members`. */
export function newMessage(members: Partial<NewMessage> = {}): NewMessage {
  return {
    sentAt: Date.UTC(2026, 10, 22, 6, 20),
    subtype: "global",
    sender: "alice",
    senderAccount: null,
    recipient: null,
    recipientAccount: null,
    channel: "#général",
    content: "Bonjour",
    extra: null,
    ...members,
  };
}
