// What everybody in the lesson has written, and what has arrived where.

/** A message, found again by its token. */
export interface Sent {
  readonly token: string;
  readonly from: string;
  /** The recipient of a private message. */
  readonly to?: string;
  /** The part of the lesson in which it was sent. */
  readonly part: string;
}

const TOKEN = /\bm\d+x\b/g;

/** Returns the tokens in a text. */
export function tokensIn(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** Records the messages of a lesson. */
export class Ledger {
  readonly sent: Sent[] = [];
  /** The part of the lesson that goes on. */
  part = "entrance";

  /** Records a message that is about to be sent. @returns The token to put into its text. */
  write(from: string, to?: string): string {
    const token = `m${this.sent.length + 1}x`;
    this.sent.push({ token, from, part: this.part, ...(to === undefined ? {} : { to }) });
    return token;
  }

  /** Removes a message that the server had to reject. */
  withdraw(token: string): void {
    this.sent.splice(this.sent.findIndex((each) => each.token === token), 1);
  }

  /** The messages to everybody. */
  get open(): Sent[] {
    return this.sent.filter(({ to }) => to === undefined);
  }
}

/** Returns what is wrong with the messages that arrived at one place: those missing, and those that came twice. */
export function faultsOf(
  where: string,
  arrived: readonly string[],
  wanted: readonly string[],
): string[] {
  const counts = new Map<string, number>();
  for (const token of arrived) counts.set(token, (counts.get(token) ?? 0) + 1);
  const faults: string[] = [];
  for (const token of wanted) {
    const count = counts.get(token) ?? 0;
    if (count !== 1) faults.push(`${where}: ${token} is there ${count} times`);
    counts.delete(token);
  }
  for (const token of counts.keys()) faults.push(`${where}: ${token} should not be there`);
  return faults;
}
