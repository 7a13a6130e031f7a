// Messages for tests of what stores and shows them.
import type { NewMessage } from "../../lib/store/messages.ts";

/** A message to everyone, but for `members`. */
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
