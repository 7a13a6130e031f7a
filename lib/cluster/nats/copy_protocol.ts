// What nodes say to each other when one gets a copy of the database.
import type { Msg } from "@nats-io/transport-node";

/** The file of a copy in a data directory, while it is given or arrives. */
export const COPY_FILE = "classcord.db.copying";

/** The subject on which nodes ask for a copy. */
export function copySubject(cluster: string): string {
  return `classcord.${cluster}.copy`;
}

/** The answer of a node that gives a copy. */
export interface CopyOffer {
  /** Its size in bytes. */
  readonly size: number;
  /** The subject on which its pieces are asked for. A request has the offset, as text. An empty one is the last. */
  readonly subject: string;
}

/** The answer of a node that gives another copy now, or cannot make one. */
export interface CopyBusy {
  readonly busy: true;
}

/** Answers with JSON. */
export function answerJson(message: Msg, answer: CopyOffer | CopyBusy): void {
  message.respond(JSON.stringify(answer));
}

/** Reads the offset of a piece. @returns `undefined` for the last request, and for one that is not valid. */
export function readOffset(data: Uint8Array, size: number): number | undefined {
  if (data.length > 16) return undefined;
  const text = new TextDecoder().decode(data);
  const offset = /^\d+$/.test(text) ? Number(text) : size;
  return offset < size ? offset : undefined;
}

/** Reads the answer to the first request. @returns `undefined` if it is not valid. */
export function readAnswer(data: Uint8Array): CopyOffer | CopyBusy | undefined {
  if (data.length > 1_000) return undefined;
  try {
    const answer = JSON.parse(new TextDecoder().decode(data));
    if (answer.busy === true) return { busy: true };
    const { size, subject } = answer;
    const isValid = Number.isSafeInteger(size) && size > 0 && typeof subject === "string" &&
      /^[\w.-]{1,200}$/.test(subject);
    return isValid ? { size, subject } : undefined;
  } catch {
    return undefined;
  }
}
