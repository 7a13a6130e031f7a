// One attempt of an edge to talk to a leader: what it sends, in frames, and the answers to it.
import type { Lead } from "../batch.ts";
import { decodeAcknowledgement, encodeFrame, type Link } from "./frames.ts";
import { Outgoing } from "./outgoing.ts";

/** The name of a leader, which differs each time that a node begins to lead. */
export function leaderName({ run }: Lead, sequence: number): string {
  return `${run}/${sequence}`;
}

/** How a session sends. */
export interface SessionParts {
  /** Sends a frame to the leader. It may be lost. */
  readonly send: (frame: Uint8Array) => void;
  /** The clock of the edge. */
  readonly now: () => number;
}

/** A session. A new one begins with each leader, and when a leader has given the edge up. */
export class LinkSession {
  readonly link: Link;
  readonly outgoing: Outgoing;

  constructor(link: Link, { send, now }: SessionParts) {
    this.link = link;
    this.outgoing = new Outgoing((first, events) => {
      send(encodeFrame({ ...link, sentAt: now(), first, events }));
    });
  }

  /** Takes an answer. Those of other sessions are late. @throws {MalformedBytes} */
  receive(answer: Uint8Array): void {
    const { edge, leader, session, upTo } = decodeAcknowledgement(answer);
    const { link } = this;
    if (edge !== link.edge || leader !== link.leader || session !== link.session) return;
    this.outgoing.acknowledged(upTo);
  }
}
