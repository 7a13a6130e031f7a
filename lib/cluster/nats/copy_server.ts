// Gives copies of the database to nodes that have none, in pieces that they ask for one after the other.
import { createInbox, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { removeFile } from "../copies/database_file.ts";
import { answerJson, COPY_FILE, type CopyOffer, copySubject, readOffset } from "./copy_protocol.ts";

/** What a server of copies works with. */
export interface CopyServerOptions {
  readonly cluster: string;
  readonly dataDir: string;
  /** Copies the committed database to a file, without holding the event loop. */
  readonly copy: (to: string, signal: AbortSignal) => Promise<void>;
  /** Called with each failure. */
  readonly failed: (error: unknown) => void;
}

/** A node that asks for no piece within this time has vanished. */
const IDLE_MS = 30_000;
const MARGIN = 4_096;

/** Gives one copy at a time. Nodes that ask meanwhile ask again later. */
export class CopyServer {
  readonly #connection: NatsConnection;
  readonly #options: CopyServerOptions;
  readonly #end: () => void;
  readonly #closing = new AbortController();
  #giving: Promise<void> | undefined;
  #stop = () => {};

  constructor(connection: NatsConnection, options: CopyServerOptions) {
    this.#connection = connection;
    this.#options = options;
    removeFile(this.#path);
    // One of the nodes answers.
    const subscription = connection.subscribe(copySubject(options.cluster), {
      queue: "copies",
      callback: (error, message) => error === null ? this.#asked(message) : undefined,
    });
    this.#end = () => subscription.unsubscribe();
  }

  /** Ends the service, and a copy that is being given. */
  async close(): Promise<void> {
    this.#end();
    this.#stop();
    this.#closing.abort();
    await this.#giving;
  }

  get #path(): string {
    return `${this.#options.dataDir}/${COPY_FILE}`;
  }

  #asked(message: Msg): void {
    if (this.#giving !== undefined) return answerJson(message, { busy: true });
    this.#giving = this.#give(message).catch(this.#options.failed).finally(() => {
      removeFile(this.#path);
      this.#giving = undefined;
      this.#stop = () => {};
    });
  }

  async #give(message: Msg): Promise<void> {
    let isStopped = false;
    this.#stop = () => isStopped = true;
    try {
      await this.#options.copy(this.#path, this.#closing.signal);
    } catch (error) {
      answerJson(message, { busy: true });
      if (isStopped) return;
      throw error;
    }
    if (isStopped) return answerJson(message, { busy: true });
    using file = Deno.openSync(this.#path);
    await this.#givePieces(message, file);
  }

  async #givePieces(message: Msg, file: Deno.FsFile): Promise<void> {
    const { size } = file.statSync();
    const piece = (this.#connection.info?.max_payload ?? 2 ** 20) - MARGIN;
    const subject = createInbox();
    const done = Promise.withResolvers<void>();
    let timer = setTimeout(done.resolve, IDLE_MS);
    this.#stop = done.resolve;
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, request) => {
        if (error !== null) return;
        clearTimeout(timer);
        timer = setTimeout(done.resolve, IDLE_MS);
        const offset = readOffset(request.data, size);
        if (offset === undefined) return done.resolve();
        request.respond(readPiece(file, offset, Math.min(piece, size - offset)));
      },
    });
    const offer: CopyOffer = { size, subject };
    answerJson(message, offer);
    await done.promise;
    clearTimeout(timer);
    subscription.unsubscribe();
  }
}

function readPiece(file: Deno.FsFile, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let at = 0; at < length;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) return bytes.subarray(0, at);
    at += count;
  }
  return bytes;
}
