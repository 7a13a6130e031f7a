// What the nodes of a cluster say to each other besides the log. Any of it may be lost.

/** What a node listens to. */
export interface Listening {
  /** A leader has answered the frames of the node's edge. */
  readonly answered: (answer: Uint8Array) => void;
  /** A leader is alive. An empty name: it has resigned. */
  readonly beat: (leader: string) => void;
}

/** Carries the messages of one node. */
export interface Courier {
  /** Begins to listen. @param edge The name of the node's edge. @returns Stops listening. */
  listen(edge: string, listening: Listening): () => void;
  /** Begins to receive the frames for the leader of a run. @returns Stops that. */
  serve(run: string, received: (frame: Uint8Array) => void): () => void;
  /** Sends a frame of an edge to the leader of a run. */
  sendFrame(run: string, frame: Uint8Array): void;
  /** Sends an answer to an edge. */
  sendAnswer(edge: string, answer: Uint8Array): void;
  /** Whether nobody listens for an edge any more: its process has ended. If that is not known, it has not. */
  isGone(edge: string): Promise<boolean>;
  /** Tells all nodes that a leader is alive; with an empty name, that it has resigned. */
  beat(leader: string): void;
}
