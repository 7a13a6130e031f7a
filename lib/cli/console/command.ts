// `classcord console`: one page that shows who is connected and how the server is, and where one can act.
import { Command } from "commander";
import type { ServerStats } from "../../chat/operations.ts";
import { chooseLanguage } from "../../chat/texts/catalogue.ts";
import { type AdminClient, ConnectionLost, Refused } from "../admin/client.ts";
import { rowsOf } from "../admin/clients.ts";
import { withServer, withSocket } from "../admin/connect.ts";
import { eventText } from "../admin/tail.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { parseKeys } from "./keys.ts";
import { type Effect, press } from "./press.ts";
import { render, tableRows } from "./render.ts";
import { enterScreen, type Screen } from "./screen.ts";
import {
  type ConsoleState,
  initialState,
  withClients,
  withEvent,
  withNotice,
  withStats,
} from "./state.ts";
import { CONSOLE_TEXTS, type ConsoleTexts } from "./texts.ts";

const REFRESH_MS = 1_000;
/** Connections that are asked for: more than anybody scrolls through. */
const CLIENTS_MAX = 1_000;
const RECENT_EVENTS = 30;
const SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

/** The command that shows the console. */
export function consoleCommand(): Command {
  return withSocket(new Command("console"))
    .summary("a full-screen page of who is connected, figures and events, where one can act")
    .description(
      "Shows who is connected, figures and the latest events, and acts on them: kick, mute, ban, announce.\n" +
        "Press ? for the keys, q to leave.",
    )
    .action(async (_options, command: Command) => {
      if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
        const text =
          "Expected a terminal. For programs there are classcord stats, clients and tail.";
        throw new CommandFailure(text, EXIT.usage);
      }
      await withServer(command, async (server, me) => {
        const texts = CONSOLE_TEXTS[chooseLanguage("auto", Deno.env.toObject())];
        using console = new Console(server, { me, texts });
        await console.run().catch((error: unknown) => {
          if (!(error instanceof ConnectionLost)) throw error;
          throw new CommandFailure("The server ended the connection: it stops.");
        });
      });
    });
}

/** The console while it is shown. */
class Console implements Disposable {
  readonly #server: AdminClient;
  readonly #me: number;
  readonly #texts: ConsoleTexts;
  readonly #screen: Screen;
  readonly #over = Promise.withResolvers<void>();
  #state: ConsoleState = initialState();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #paintQueued = false;

  constructor(server: AdminClient, { me, texts }: { me: number; texts: ConsoleTexts }) {
    this.#server = server;
    this.#me = me;
    this.#texts = texts;
    this.#screen = enterScreen();
  }

  /** Shows the page until the user leaves. @throws {ConnectionLost} */
  async run(): Promise<void> {
    const quit = () => this.#over.resolve();
    for (const signal of SIGNALS) Deno.addSignalListener(signal, quit);
    Deno.addSignalListener("SIGWINCH", this.#paint);
    try {
      this.#server.onEvent = (line) => {
        if (line["type"] === "event") this.#show(withEvent(this.#state, eventText(line)));
      };
      await this.#server.ask({ type: "tail", recent: RECENT_EVENTS });
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
    this.#over.resolve();
    this.#screen.leave();
  }

  #show(state: ConsoleState): void {
    this.#state = state;
    if (this.#paintQueued) return;
    // Many events of one moment are painted once.
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

  async #refresh(): Promise<void> {
    const { filter } = this.#state;
    const [stats, clients] = await Promise.all([
      this.#server.ask({ type: "stats" }),
      this.#server.ask({ type: "clients", filter, limit: CLIENTS_MAX }),
    ]);
    // The filter may have been changed meanwhile.
    if (filter !== this.#state.filter) return;
    const others = rowsOf(clients).filter(({ conn }) => conn !== this.#me);
    const total = Number(clients["total"]) - (rowsOf(clients).length - others.length);
    const known = withStats(this.#state, stats as unknown as ServerStats);
    this.#show(withClients(known, { clients: others, total }));
  }

  async #readKeys(): Promise<void> {
    const decoder = new TextDecoder();
    const bytes = new Uint8Array(1024);
    try {
      for (;;) {
        const count = await Deno.stdin.read(bytes);
        if (count === null) return this.#over.resolve();
        for (const key of parseKeys(decoder.decode(bytes.subarray(0, count), { stream: true }))) {
          const page = tableRows(this.#screen.size());
          const { state, effect } = press(this.#state, key, { texts: this.#texts, page });
          this.#show(state);
          if (effect !== undefined) await this.#perform(effect);
        }
      }
    } catch (error) {
      this.#over.reject(error);
    }
  }

  async #perform(effect: Effect): Promise<void> {
    if (effect.kind === "quit") return this.#over.resolve();
    if (effect.kind === "refresh") return await this.#refresh();
    try {
      const reply = await this.#server.ask(effect.request);
      const [problem] = (reply["problems"] ?? []) as readonly string[];
      this.#show(withNotice(this.#state, problem ?? effect.done, problem !== undefined));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#show(withNotice(this.#state, error.message, true));
    }
    await this.#refresh();
  }
}
