// The decisions about permissions in a lesson, as pure functions like those of `chat/permissions`.
import type { ProtocolError } from "../../protocol/errors.ts";
import type { PrivatePolicy } from "../../protocol/requests/lesson.ts";
import { atLeast, type Rank, refuse } from "../permissions.ts";

/** Whether a rank leads lessons: sets the policy for private messages, and sees and lowers the hands of others. */
export function mayLead(rank: Rank): ProtocolError | undefined {
  return atLeast(rank, "moderator") ? undefined : refuse("moderators");
}

/** Whether a rank may raise its hand. */
export function mayRaiseHand(rank: Rank): ProtocolError | undefined {
  return rank === "operator" ? refuse("operator") : undefined;
}

/** Whether a sender may write a private message to a recipient under a policy. */
export function mayWritePrivately(
  policy: PrivatePolicy,
  sender: Rank,
  recipient: Rank,
): ProtocolError | undefined {
  if (policy === "all" || atLeast(sender, "moderator")) return undefined;
  if (policy === "none") return refuse("private_none");
  return atLeast(recipient, "moderator") ? undefined : refuse("private_staff");
}
