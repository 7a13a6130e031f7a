// How a node reaches the other nodes of its cluster for its operators: what it asks them, and which nodes it knows.
import type { ChatFigures } from "../protocol/replies/operator.ts";
import type { LogStatus, NodeStatus, SilentNode } from "./status.ts";

/** What a node answers to others. */
export interface Answering {
  readonly status: () => NodeStatus;
  /** What the leader counts; `undefined` on the other nodes. */
  readonly figures: () => ChatFigures | undefined;
}

/** The answer of a node to the question for its status. */
export interface Answered {
  readonly status: NodeStatus;
  /** The time of day at the node, in milliseconds since 1970. */
  readonly now: number;
  /** The time of day here when half of the way of question and answer was done. */
  readonly askedAt: number;
}

/** The nodes of a cluster. All methods that ask reject if NATS does not answer. */
export interface ClusterNodes {
  /** Answers other nodes from now on. @returns Stops that. */
  answer(answering: Answering): () => void;
  /** Asks all nodes, this one too. Resolves when all of `expected` have answered, or after a second. */
  ask(expected: ReadonlySet<string>): Promise<Answered[]>;
  /** Whether a node of this name answers. */
  isThere(node: string): Promise<boolean>;
  /** Asks the leader for its figures. @returns `undefined` if none answers within a second. */
  askFigures(): Promise<ChatFigures | undefined>;
  /** Notes that this node belongs to the cluster, and how far its database is. */
  note(known: SilentNode): Promise<void>;
  /** Lists the nodes that belong to the cluster, as they were last noted. */
  known(): Promise<SilentNode[]>;
  /** Removes a node from the cluster. If it runs, it notes itself again. */
  forget(node: string): Promise<void>;
  /** Describes the log. */
  log(): Promise<LogStatus>;
}
