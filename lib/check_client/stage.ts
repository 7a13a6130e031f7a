// What the scenes work with: the student, the played server, and what happens on the connections.
import { type CheckId, type Fault, type Limits } from "./checks.ts";
import type { Request } from "../protocol/request.ts";
import type { Evidence, Findings } from "./findings.ts";
import { type Happening, type HappeningNow, Happenings, NotReady } from "./happenings.ts";
import type { Credentials, Question, SceneNumber, Step, StepKey } from "./interview.ts";
import type { Peer } from "./played/peer.ts";
import { answer } from "./played/replies.ts";
import type { Intercept, StageParts } from "./stage_parts.ts";
import { asTyped, type TypedLine, type TypedStep } from "./typed_line.ts";
import type { World } from "./played/world.ts";
import type { Link } from "./wire/link.ts";
import { readRequest } from "./wire/read_request.ts";
import type { SentLine } from "./wire/sent_lines.ts";

/** The stage of one run. */
export class Stage {
  readonly limits: Limits;
  readonly world: World;
  readonly findings: Findings;
  readonly happenings: Happenings;
  /** Decides on requests before the played server does. */
  intercept: Intercept = () => false;
  /** Decides whether a new connection stays open. */
  admits: () => boolean = () => true;
  /** The check that runs. */
  check: CheckId = "no-greeting";
  /** Whether the client may have stopped working, so that it has to be started again. */
  isSuspect = false;
  /** Whether the client speaks only after a greeting. */
  greets = false;
  readonly #parts: StageParts;
  #wasOpened = false;
  #over = Promise.withResolvers<undefined>();

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.limits = parts.limits;
    this.world = parts.world;
    this.findings = parts.findings;
    this.happenings = new Happenings(parts.clock);
  }

  /** Begins a scene: the played server answers by itself again. */
  begin(scene: SceneNumber): void {
    this.check = scene.check;
    this.intercept = () => false;
    this.#parts.interview.scene(scene);
  }

  /** Handles a new connection. */
  opened(link: Link): void {
    this.#wasOpened = true;
    this.#add({ kind: "opened", link });
    if (!this.admits()) return link.close();
    if (this.greets) this.greet(link);
  }

  /** Handles the end of a connection. */
  closed(link: Link): void {
    this.world.forget(link);
    this.#add({ kind: "closed", link });
  }

  /** Handles a line: looks for faults in its form, and answers it. */
  line(link: Link, line: SentLine): void {
    for (const fault of line.faults) this.fail(this.#inScene(fault), { sent: line.text });
    const request = this.#request(link, line);
    const wasJoined = this.world.peer(link).name !== undefined;
    if (request !== undefined && !this.intercept(link, request, line.text)) {
      answer(this.world, link, request);
    }
    this.#add({ kind: "line", link, line, request });
    if (!wasJoined && !link.ended && this.world.peer(link).name !== undefined) {
      this.#add({ kind: "joined", link });
    }
  }

  /** Ends the run early. */
  end(reason: "time" | "flood" | "stopped"): void {
    this.happenings.end(reason);
    this.#over.resolve(undefined);
  }

  /** Has the student start the client, again if it was started before. */
  restart(key: StepKey, fill: Credentials): void {
    this.isSuspect = false;
    this.tell({ key: key === "restart" && !this.#wasOpened ? "start" : key, start: true, fill });
  }

  /** Waits until a connection has written what is queued. */
  async written(link: Link): Promise<void> {
    void link.written().then(() => this.#add({ kind: "written", link }));
    await this.until(
      (happening) => happening.kind === "written" && happening.link === link || undefined,
      this.limits.personMs,
    );
  }

  /** Sends what a server never sends: something before the client has spoken. */
  greet(link: Link): void {
    link.send(this.world.notice("announcement", "ClassCord"));
  }

  /** Tells the student what to do next. What has happened before does not count any more. */
  tell(step: Omit<Step, "check">): void {
    this.happenings.forget();
    this.#parts.interview.tell({ check: this.check, ...step });
  }

  /**
   * Asks the student.
   *
   * @returns `undefined` if there is no answer.
   * @throws {RunOver} if the run has ended.
   */
  async ask(question: Omit<Question, "check">): Promise<boolean | undefined> {
    const late = Promise.withResolvers<undefined>();
    const cancel = this.#parts.clock.after(this.limits.personMs, () => late.resolve(undefined));
    const asked = this.#parts.interview.ask({ check: this.check, ...question });
    const answered = await Promise.race([asked, late.promise, this.#over.promise]);
    cancel();
    this.happenings.throwIfOver();
    return answered;
  }

  /** Asks whether the client shows some texts, each once. */
  seen(shown: readonly string[]): Promise<boolean | undefined> {
    return this.ask({ key: "seen", shown });
  }

  /** Waits for what the client does by itself. */
  until<T>(
    pick: (happening: Happening) => T | undefined,
    milliseconds: number,
  ): Promise<T | undefined> {
    return this.happenings.until(pick, milliseconds);
  }

  /** Waits for what a person does. The student can skip it. */
  person<T>(pick: (happening: Happening) => T | undefined): Promise<T | undefined> {
    return this.happenings.until(
      pick,
      this.limits.personMs,
      (run) => this.#parts.interview.onSkip(run),
    );
  }

  /**
   * Has the student type a line.
   *
   * @param like What the message must contain to be the typed one. Without it, any message is.
   * @returns The line that the client sent for it; `undefined` if there is none.
   */
  async typed(text: string, step: TypedStep = {}): Promise<TypedLine | undefined> {
    const { like = /^/, ...rest } = step;
    this.tell({ key: "type", type: text, ...rest });
    const found = await this.person((happening) => asTyped(happening, like));
    if (found !== undefined) return found;
    if (this.peer() === undefined) return undefined;
    const hasTyped = await this.ask({ key: "did_type" });
    if (hasTyped === true) this.fail("line_kept", { places: { text } });
    return undefined;
  }

  /** Sends a message of a played user to the client. */
  say(content: string, from = "tom"): void {
    const peer = this.peer();
    if (peer !== undefined) {
      peer.link.send(this.world.line(this.world.store({ from, content, channel: peer.channel })));
    }
  }

  /** The newest connection that has joined. */
  peer(): Peer | undefined {
    return this.world.joined.at(-1);
  }

  /** The open connections, the oldest first. */
  links(): readonly Link[] {
    return this.#parts.links();
  }

  /** The time, in milliseconds of the clock. */
  now(): number {
    return this.#parts.clock.now();
  }

  /** Whether a connection has asked who is online, and may join by its first message. */
  isVisited(): boolean {
    return this.links().some((link) => this.world.peer(link).isVisitor);
  }

  /** Records a fault. */
  fail(fault: Fault, evidence?: Evidence): void {
    this.findings.fail(fault, evidence);
  }

  /**
   * Makes sure that the client is connected and its window listens: otherwise has the student start it.
   *
   * @throws {NotReady} if nobody connects.
   */
  async ready(): Promise<Peer> {
    const peer = this.peer();
    if (peer !== undefined && !this.isSuspect) return peer;
    if (this.isSuspect || !this.isVisited()) {
      this.restart("restart", { name: "lea", password: "1234", isNew: false });
      await this.person(() => this.peer() !== undefined || this.isVisited() || undefined);
    }
    const isHere = this.peer() !== undefined || this.isVisited();
    // What a client receives before its window is open may be lost. A guest may join by this message.
    const sent = isHere ? await this.typed("ok") : undefined;
    const now = this.peer();
    if (sent === undefined || now === undefined) throw new NotReady();
    return now;
  }

  #add(happening: HappeningNow): void {
    this.happenings.add({ ...happening, at: this.now() });
  }

  // Only where quotes and newlines were typed is it clear that they are not escaped.
  #inScene(fault: Fault): Fault {
    const isEscape = fault === "unescaped" || fault === "raw_newline";
    return isEscape && this.check !== "escaping" ? "not_json" : fault;
  }

  #request(link: Link, line: SentLine): Request | undefined {
    const { request, error } = readRequest(line);
    if (error === undefined) return request;
    const reason = this.#parts.errorText(error);
    if (line.object !== undefined) {
      this.fail("bad_request", { sent: line.text, places: { reason } });
    }
    this.world.refuse(link, undefined, error);
    // The server closes the connection, too.
    if (line.object === undefined && ++this.world.peer(link).badLines > BAD_LINES_MAX) {
      void link.end();
    }
    return undefined;
  }
}

/** The next line that cannot be read closes the connection. */
const BAD_LINES_MAX = 5;
