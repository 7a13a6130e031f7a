// The time in which a node leads: from the batch that says so until another node leads, or this one resigns or stops.
import { type Batch, Deposed } from "./batch.ts";
import type { Contact } from "./contact.ts";
import { sequenceOf } from "./edges/link_session.ts";
import { Leader } from "./leader.ts";
import type { NodeParts, OpenChat } from "./node_parts.ts";
import type { SessionTable } from "./session_table.ts";

/** What a reign works with. */
export interface ReignOptions {
  readonly parts: NodeParts;
  readonly contact: Contact;
  /** The sessions that are open, as the log has brought them. */
  readonly table: SessionTable;
  /** Called with each batch that this node has appended. */
  readonly took: (batch: Batch, sequence: number) => void;
  /** Called once when the node cannot lead any more, with the reason. The caller then calls {@linkcode Reign.close}. */
  readonly lost: (error: unknown) => void;
}

/** A reign. Its database leads from {@linkcode Reign.begin} until {@linkcode Reign.close}. */
export class Reign {
  readonly #options: ReignOptions;
  readonly #leader: Leader;
  #chat: OpenChat | undefined;
  readonly #guesses: string[] = [];
  #unserve = () => {};
  #isOver = false;
  #isProbing = false;

  constructor(options: ReignOptions) {
    this.#options = options;
    const { log, database, name, run, clock, time, courier, told } = options.parts;
    this.#leader = new Leader({
      log,
      lead: { node: name, run },
      now: clock.now,
      time,
      takeChanges: () => database.take(),
      takeGuesses: () => this.#guesses.splice(0),
      appended: (batch, sequence) => this.#appended(batch, sequence),
      wrote: () => database.wrote,
      beat: (leader) => courier.beat(leader),
      beatMs: options.contact.beatMs,
      silentMs: options.contact.edgeSilentMs,
      send: (edge, answer) => this.#answer(edge, answer),
      isGone: (edge) => courier.isGone(edge),
      malformed: (error) => told(`a frame was ignored: ${error}`),
    });
  }

  /** The chat, once the log has the batch that says that this node leads. */
  get chat(): OpenChat | undefined {
    return this.#chat;
  }

  /** None of the nodes that are heard needs a batch up to this sequence any more; 0 as long as this is not known. */
  get stored(): number {
    return this.#leader.edges?.stored ?? 0;
  }

  /** Appends a batch soon, even if there is nothing to say. */
  append(): void {
    this.#leader.commitSoon();
  }

  /** Whether there are other nodes, of which one could lead. */
  get hasOthers(): boolean {
    return this.#leader.hasOthers(this.#options.parts.edge.name);
  }

  /** Begins. If another node was first, {@linkcode ReignOptions.lost} is called. @returns Whether this node leads. */
  async begin(): Promise<boolean> {
    const { parts: { database, courier, run }, table } = this.#options;
    try {
      database.lead();
      this.#unserve = courier.serve(run, (frame) => this.receive(frame));
      await this.#leader.begin(() => {
        this.#check();
        this.#chat = this.#openChat();
        return { ...this.#chat, table };
      });
      return true;
    } catch (error) {
      this.#lose(error);
      return false;
    }
  }

  /** Takes a frame of an edge. */
  receive(frame: Uint8Array): void {
    this.#leader.receive(frame);
  }

  /** Called often. */
  tick(): void {
    const { contact } = this.#options;
    if (this.#chat === undefined) return;
    // Others try to lead if only this node does not reach the log.
    this.#leader.tick(contact.stage === "well");
    if (contact.isQuiet) this.#probe();
  }

  /** A leader was heard that began with some batch. */
  heard(begins: number): void {
    if (this.#chat !== undefined && begins > sequenceOf(this.#leader.name)) {
      this.#lose(new Deposed("another node leads"));
    }
  }

  /**
   * Resolves when the log has the turn in which this is called, or refuses it. A request whose handler calls this is done
   * then.
   */
  async settled(): Promise<void> {
    const outputs = this.#chat?.services.outputs;
    // A request whose handler is asynchronous is done a moment after its reply.
    for (let turns = 0; turns < 2 && !this.#isOver; turns++) {
      await new Promise<void>((resolve) => outputs?.whenSettled(() => resolve()));
    }
  }

  /** Ends: undoes what the log has not, and takes the chat down. */
  close(): void {
    this.#isOver = true;
    this.#unserve();
    this.#leader.abandon();
    this.#chat?.close();
    this.#chat = undefined;
    this.#options.parts.database.follow();
  }

  #openChat(): OpenChat {
    const { openChat, database } = this.#options.parts;
    return openChat({
      commit: async (outputs) => {
        this.#check();
        try {
          await this.#leader.commit(outputs);
        } catch (error) {
          this.#lose(error);
          throw error;
        }
      },
      isHeldUp: () => database.commitIsDue,
      observed: (connection, event) => this.#observed(connection, event),
      guessed: (guess) => void this.#guesses.push(guess),
    });
  }

  #observed(connection: number, bytes: Uint8Array): boolean {
    const edge = this.#leader.edges?.edgeOf(connection);
    if (edge === undefined || this.#chat === undefined) return false;
    this.#chat.services.outputs.of(edge).add({ kind: "observed", to: connection, bytes });
    return true;
  }

  #appended(batch: Batch, sequence: number): void {
    const { parts: { database }, contact, took } = this.#options;
    // The node follows again, and reads the batch from the log.
    this.#check();
    contact.reached();
    database.acknowledged(sequence);
    took(batch, sequence);
  }

  #check(): void {
    if (this.#isOver) throw new Deposed("this node does not lead any more");
  }

  #lose(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.lost(error);
  }

  /** A leader with nothing to append looks whether the log is there, and whether another node has appended. */
  async #probe(): Promise<void> {
    const { parts: { log, database }, contact } = this.#options;
    const { sequence } = database.place;
    if (this.#isProbing || database.isAppending) return;
    this.#isProbing = true;
    const range = await log.range().catch(() => undefined);
    this.#isProbing = false;
    const isSame = !this.#isOver && database.place.sequence === sequence && !database.isAppending;
    if (range === undefined || !isSame) return;
    if (range.last <= sequence) contact.reached();
    else this.#lose(new Deposed("another node has appended"));
  }

  #answer(edge: string, answer: Uint8Array): void {
    const { edge: own, core, courier } = this.#options.parts;
    if (edge === own.name) core.receive(answer);
    else courier.sendAnswer(edge, answer);
  }
}
