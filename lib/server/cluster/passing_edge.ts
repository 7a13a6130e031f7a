// The edge of a node as a stand-in sees it.
import type { ChatServer } from "../../chat/chat_server.ts";
import type { DescribedState } from "../../cluster/edges/described_state.ts";
import type { ConnectionView, Edge, TurnOutput } from "../../edge/edge.ts";

/** The edges of other nodes. They receive nothing. */
export const ELSEWHERE: Edge = { name: "elsewhere", deliver() {} };

/** Returns a connection of another node. */
export function viewElsewhere(id: number, { view }: DescribedState): ConnectionView {
  const { address, port, secure } = view;
  return { id, address, port, secure, queuedBytes: 0, takenBytes: 0, closed: false, heardAt: 0 };
}

/** Passes replies, notices and closes on. The connections stay as they are for the next leader otherwise. */
export class PassingEdge implements Edge {
  readonly name = "here";
  readonly #edge: Edge;
  readonly #chat: Pick<ChatServer, "taken">;
  /** Whether anything is passed on. Restoring sessions repeats what the edge knows. */
  passes = false;

  constructor(edge: Edge, chat: Pick<ChatServer, "taken">) {
    this.#edge = edge;
    this.#chat = chat;
  }

  /** See {@linkcode Edge.deliver}. */
  deliver(output: TurnOutput): void {
    if (!this.passes) return;
    for (const each of output) {
      switch (each.kind) {
        case "reply":
          this.#edge.deliver([{ kind: "reply", to: each.to, bytes: each.bytes }]);
          // The receipts of the edge are those of the leader.
          if (each.receipt !== undefined) this.#chat.taken(each.to, each.receipt);
          break;
        case "close":
        case "hurry":
          this.#edge.deliver([each]);
          break;
        case "lines":
          if (each.audience !== "everyone") {
            this.#edge.deliver([{ kind: "lines", audience: each.audience, bytes: each.bytes }]);
          }
      }
    }
  }
}
