// Row 2: more bytes in one turn of the event loop than an outbox holds.
import type { Attack, Outcome, Stage } from "./attack.ts";
import { type Caller, refusalsOf } from "./caller.ts";

const LINE_BYTES = 60_000;
const CONTENT_BYTES = 8_000;

/** Returns a message with `bytes` in a member that the server relays. */
export function paddedLine(bytes: number): string {
  return `${JSON.stringify({ type: "message", content: "x", pad: "p".repeat(bytes) })}\n`;
}

/** Returns a message with a content of `bytes`. */
export function longLine(bytes: number): string {
  return `${JSON.stringify({ type: "message", content: "c".repeat(bytes) })}\n`;
}

async function run(stage: Stage): Promise<Outcome> {
  const guests = await Promise.all(
    Array.from({ length: 20 }, (_, i) => stage.guest(i, `loud${i}`)),
  );
  const settle = () => Promise.all(guests.map((guest) => guest.settle()));
  // All but the last byte of each line is sent first, so that all lines are complete in one turn.
  const line = paddedLine(LINE_BYTES);
  guests.forEach((guest) => guest.send(line.slice(0, -1)));
  await untilSent(guests);
  guests.forEach((guest) => guest.send("\n"));
  await settle();
  guests[0]!.send(line.repeat(40));
  await settle();
  guests.slice(1, 6).forEach((guest) => guest.send(longLine(CONTENT_BYTES).repeat(40)));
  await settle();
  const figures = { attackersCut: guests.filter(({ cut }) => cut).length, ...refusalsOf(guests) };
  guests.forEach((guest) => guest.close());
  return { figures };
}

async function untilSent(callers: readonly Caller[]): Promise<void> {
  while (callers.some(({ waiting, closed }) => waiting > 0 && !closed)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}

/** The row. */
export const fanout: Attack = {
  row: "2",
  title: "20 guests complete a 60 KB line at once; one sends 40 of them; five send 40 × 8 KB",
  before: "every connection that reads well is closed as `slow_consumer`",
  readers: () => 60,
  run,
};
