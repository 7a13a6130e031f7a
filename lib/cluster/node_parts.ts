// What a node of a cluster works with.
import type { Commit } from "../chat/delivery/outputs.ts";
import type { Edge } from "../edge/edge.ts";
import type { Log } from "./batch.ts";
import type { NodeDatabase } from "./copies/node_database.ts";
import type { ContactTimes, Stage } from "./contact.ts";
import type { LogRange } from "./copies/place_check.ts";
import type { Courier } from "./courier.ts";
import type { FarCore } from "./edges/far_core.ts";
import type { LedChat } from "./leader.ts";

/** The log as a node needs it. */
export interface NodeLog extends Log {
  /** How many messages the log has that this node has neither read nor appended, as far as is known. */
  readonly behind: number;
  /** Returns what the log has now. */
  range(): Promise<LogRange>;
  /** Deletes the batches up to a sequence. Nodes that need one of them need a copy then. */
  purge(upTo: number): Promise<void>;
}

/** A chat that is open while the node leads. */
export interface OpenChat extends Omit<LedChat, "table"> {
  /** Takes it down, without a word to its users: another node leads now, or will. */
  readonly close: () => void;
}

/** What the chat of a leader is opened with. */
export interface ChatSeam {
  readonly commit: Commit;
  /** Whether no request should be served before the next turn is committed. */
  readonly isHeldUp: () => boolean;
  /**
   * Passes an event on to the log of the node that has a connection, with the output of the turn.
   *
   * @returns `false` if there is no such node any more.
   */
  readonly observed: (connection: number, event: Uint8Array) => boolean;
  /** Notes what the chat has counted of wrong passwords, for the other nodes. */
  readonly guessed: (guess: string) => void;
}

/** What a node works with. */
export interface NodeParts {
  /** The name of the node. */
  readonly name: string;
  /** Its run: each start of the process has its own. */
  readonly run: string;
  readonly log: NodeLog;
  readonly courier: Courier;
  readonly database: NodeDatabase;
  /** Whether the database can be written. A node that cannot leaves leading to others. By default it can. */
  readonly canStore?: () => boolean;
  /** The core, as the edge of this node sees it. */
  readonly core: FarCore;
  readonly edge: Edge;
  /** Opens the chat over the database, once the node leads. */
  readonly openChat: (seam: ChatSeam) => OpenChat;
  readonly clock: {
    readonly now: () => number;
    readonly after: (milliseconds: number, run: () => void) => () => void;
  };
  /** The time of day in milliseconds since 1970. */
  readonly time: () => number;
  /** Called when a batch has changed some tables of the database. */
  readonly changed: (tables: ReadonlySet<string>) => void;
  /** Called with what other leaders have counted of wrong passwords. */
  readonly guessed?: (guess: string) => void;
  /** When the node is cut off. The default is 15 s and 60 s. */
  readonly contactTimes?: ContactTimes | undefined;
  /** Called when the node is cut off from its cluster, and when it is not any more. */
  readonly contactChanged?: (stage: Stage) => void;
  /** Called with what the node does, for the log of the server. */
  readonly told: (text: string) => void;
  /** Called if the node cannot go on. */
  readonly failed: (error: unknown) => void;
}
