// `classcord console`: shows connections, accounts, groups, invitations, figures and events full-screen, and lets the
// operator act on them.
import { Command } from "commander";
import { chooseLanguage } from "../../chat/texts/catalogue.ts";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import { RECENT_MAX } from "../../protocol/requests/operator.ts";
import { type AdminClient, ConnectionLost, Refused } from "../admin/client.ts";
import { withServer, withSocket } from "../admin/connect.ts";
import { makePassword } from "../../school/passwords.ts";
import type { Config } from "../../ops/config/schema.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { settingsOf } from "../settings.ts";
import { type Key, KeyReader } from "./keys.ts";
import type { RequestName } from "./actions.ts";
import { importClass, type ImportFiles } from "./importing.ts";
import { isLive, READERS } from "./lists.ts";
import { type Asked, type Effect, press } from "./press.ts";
import { render, tableRows } from "./render.ts";
import { enterScreen, type Screen } from "./screen.ts";
import { terminalKind } from "./style.ts";
import { type ConsoleState, initialState, withEvent, withNotice, withStats } from "./state.ts";
import { CONSOLE_TEXTS } from "./texts/languages.ts";
import type { ConsoleTexts } from "./texts/texts.ts";

const REFRESH_MS = 1_000;
const SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

/** Returns the command that shows the console. */
export function consoleCommand(): Command {
  return withSocket(new Command("console"))
    .summary("show connections, accounts and events full-screen, and act on them")
    .description(
      "Shows connections, accounts, groups or invitations full-screen, with figures and the latest events.\n" +
        "Keys moderate, change accounts and groups, and make invitations. Press ? for the keys, q to quit.",
    )
    .action(async (_options, command: Command) => {
      if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
        const text =
          "The console requires a terminal. Programs can use classcord stats, clients and tail.";
        throw new CommandFailure(text, EXIT.usage);
      }
      await withServer(command, async (server, me) => {
        const texts = CONSOLE_TEXTS[chooseLanguage("auto", Deno.env.toObject())];
        using console = new Console(server, {
          me,
          texts,
          config: () => settingsOf(command).config,
        });
        await console.run().catch((error: unknown) => {
          if (!(error instanceof ConnectionLost)) throw error;
          throw new CommandFailure("The server closed the connection: it is stopping.");
        });
      });
    });
}

interface ConsoleOptions {
  /** The number of this connection on the server. */
  readonly me: number;
  readonly texts: ConsoleTexts;
  /** Reads the settings, which an import needs. @throws {CommandFailure} */
  readonly config: () => Config;
}

/** The console while it is on the screen. */
class Console implements Disposable {
  readonly #server: AdminClient;
  readonly #me: number;
  readonly #texts: ConsoleTexts;
  readonly #config: () => Config;
  readonly #screen: Screen;
  readonly #over = Promise.withResolvers<void>();
  #state: ConsoleState = initialState();
  readonly #keys = new KeyReader((key) => this.#press(key));
  /** Resolves when the actions so far are done. They run one after the other. */
  #acting: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #paintQueued = false;

  constructor(server: AdminClient, { me, texts, config }: ConsoleOptions) {
    this.#server = server;
    this.#me = me;
    this.#texts = texts;
    this.#config = config;
    this.#screen = enterScreen(terminalKind(Deno.env.toObject()));
  }

  /** Shows the page until the user quits. @throws {ConnectionLost} */
  async run(): Promise<void> {
    const quit = () => this.#over.resolve();
    for (const signal of SIGNALS) Deno.addSignalListener(signal, quit);
    Deno.addSignalListener("SIGWINCH", this.#paint);
    try {
      this.#server.onEvent = (line) => {
        if (line["type"] === "event") this.#update(withEvent(this.#state, line));
      };
      await this.#server.ask({ type: "tail", recent: RECENT_MAX });
      this.#refreshForEver();
      this.#readKeys();
      const lost = this.#server.ended.then(() => {
        throw new ConnectionLost("the server has gone");
      });
      await Promise.race([this.#over.promise, lost]);
    } finally {
      for (const signal of SIGNALS) Deno.removeSignalListener(signal, quit);
      Deno.removeSignalListener("SIGWINCH", this.#paint);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#keys.close();
    this.#over.resolve();
    this.#screen.leave();
  }

  /** Shows new data, unless the terminal would print a page every second. */
  #update(state: ConsoleState): void {
    const isFirst = this.#state.stats === undefined && state.stats !== undefined;
    if (this.#screen.live || isFirst) this.#show(state);
    else this.#state = state;
  }

  #show(state: ConsoleState): void {
    this.#state = state;
    if (this.#paintQueued) return;
    // Several events at the same moment are painted once.
    this.#paintQueued = true;
    queueMicrotask(this.#paint);
  }

  readonly #paint = (): void => {
    this.#paintQueued = false;
    this.#screen.paint(render(this.#state, this.#screen.size(), this.#texts));
  };

  async #refreshForEver(): Promise<void> {
    try {
      await this.#refresh();
      this.#timer = setTimeout(() => this.#refreshForEver(), REFRESH_MS);
    } catch (error) {
      this.#over.reject(error);
    }
  }

  /** @param all Whether to read the page again even if it changes rarely. */
  async #refresh(all = false): Promise<void> {
    const { page, filter } = this.#state;
    const reading = { server: this.#server, me: this.#me, filter };
    const [stats, change] = await Promise.all([
      this.#server.ask({ type: "stats" }),
      all || isLive(page) ? READERS[page](reading) : undefined,
    ]);
    const known = withStats(this.#state, stats);
    // The page or the filter may have changed while the request ran.
    const isSame = page === this.#state.page && filter === this.#state.filter;
    this.#update(isSame && change !== undefined ? change(known) : known);
  }

  async #readKeys(): Promise<void> {
    const decoder = new TextDecoder();
    const bytes = new Uint8Array(1024);
    try {
      for (;;) {
        const count = await Deno.stdin.read(bytes);
        if (count === null) return this.#over.resolve();
        this.#keys.feed(decoder.decode(bytes.subarray(0, count), { stream: true }));
      }
    } catch (error) {
      this.#over.reject(error);
    }
  }

  #press(key: Key): void {
    const lines = tableRows(this.#state, this.#screen.size());
    const options = { texts: this.#texts, lines, password: makePassword };
    const { state, effect } = press(this.#state, key, options);
    this.#show(state);
    if (effect === undefined) return;
    if (effect.kind === "quit") return this.#over.resolve();
    this.#acting = this.#acting.then(() => this.#perform(effect)).catch((error) =>
      this.#over.reject(error)
    );
  }

  async #perform(effect: Exclude<Effect, { kind: "quit" }>): Promise<void> {
    if (effect.kind === "refresh") {
      await this.#refresh(true);
      return this.#show(this.#state);
    }
    try {
      if (effect.kind === "import") await this.#import(effect.files);
      else {
        const reply = await this.#server.ask(effect.request);
        this.#show(withResult(this.#state, { reply, asked: effect, texts: this.#texts }));
      }
    } catch (error) {
      if (!(error instanceof Refused || error instanceof CommandFailure)) throw error;
      this.#show(withNotice(this.#state, error.message, true));
    }
    await this.#refresh(true);
  }

  async #import(files: ImportFiles): Promise<void> {
    const texts = this.#texts;
    const progress = (done: number, of: number) =>
      this.#show(withNotice(this.#state, texts.importing(done, of)));
    const config = this.#config();
    const counts = await importClass(this.#server, files, { config, progress });
    this.#show(withNotice(this.#state, texts.imported(counts, files.sheet)));
  }
}

function withResult(
  state: ConsoleState,
  { reply, asked, texts }: {
    reply: ReplyOf<RequestName>;
    asked: Asked;
    texts: ConsoleTexts;
  },
): ConsoleState {
  const problem = reply.type === "reload" ? reply.problems[0] : undefined;
  if (problem !== undefined) return withNotice(state, problem, true);
  const made = reply.type === "invite_create" ? `${reply.code}  ${reply.link}` : "";
  return withNotice(state, texts.done(asked.action, asked.subject, asked.password ?? made));
}
