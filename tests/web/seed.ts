// Stores earlier messages in the database of a server that is not running, before a page is opened.
import { openDatabase } from "../../lib/store/database.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { newMessage } from "../support/messages.ts";

/** The time between two messages, in milliseconds. */
const APART_MS = 20_000;

/** Stores `count` messages of three users in the first channel. The time of the last one is now. */
export function seed(
  directory: string,
  count: number,
  contentOf: (number: number) => string,
): void {
  const database = openDatabase(directory, { synchronous: "normal" });
  try {
    const now = Date.now();
    new MessageStore(database).append(
      Array.from({ length: count }, (_, at) =>
        newMessage({
          sentAt: now - (count - at) * APART_MS,
          sender: ["Ada", "Bob", "Chloé"][Math.floor(at / 4) % 3]!,
          content: contentOf(at + 1),
        })),
    );
  } finally {
    database.close();
  }
}
