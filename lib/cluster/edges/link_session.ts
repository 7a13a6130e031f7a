// One attempt of an edge to talk to a leader: what it sends, in frames, and the answers to it.
import type { Lead } from "../batch.ts";
import { decodeAcknowledgement, encodeFrame, type Link } from "./frames.ts";
import { Outgoing } from "./outgoing.ts";

/** The name of a leader, which differs each time that a node begins to lead. */
export function leaderName({ run }: Lead, sequence: number): string {
  return `${run}/${sequence}`;
}

/** Returns the run of a leader. */
export function runOf(leader: string): string {
  return leader.slice(0, leader.lastIndexOf("/"));
}

/** Returns the sequence of the batch with which a leader began. */
export function sequenceOf(leader: string): number {
  return Number(leader.slice(leader.lastIndexOf("/") + 1));
}

/** How a session sends. */
export interface SessionParts {
  /** Sends a frame to the leader of a run. It may be lost. */
  readonly send: (run: string, frame: Uint8Array) => void;
  /** The clock of the edge. */
  readonly now: () => number;
  /** See `Frame.stored`. */
  readonly stored: () => number;
}

/** A session. A new one begins with each leader, and when a leader has given the edge up. */
export class LinkSession {
  readonly link: Link;
  readonly outgoing: Outgoing;

  constructor(link: Link, { send, now, stored }: SessionParts) {
    this.link = link;
    const run = runOf(link.leader);
    this.outgoing = new Outgoing((first, events) => {
      send(run, encodeFrame({ ...link, sentAt: now(), stored: stored(), first, events }));
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
