// The inspector: every line of the connection in both directions, a line to send, and programs to copy.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { WireLine } from "../link/wire_log.ts";
import {
  linesToSend,
  PROGRAM_LANGUAGES,
  type ProgramLanguage,
  programOf,
  type ServerAddress,
} from "../text/programs.ts";
import { copyText } from "./clipboard.ts";
import { Icon, IconButton } from "./icons.tsx";
import { InspectorLine } from "./inspector_line.tsx";
import { InspectorSend } from "./inspector_send.tsx";
import { Menu, MenuItem } from "./menu.tsx";
import { type Page, usePage, useTexts } from "./page.ts";

/** Which lines are listed. */
type Direction = "both" | WireLine["direction"];

/** The maximum number of sent lines in a program. */
const PROGRAM_MAX = 20;

/** Draws the inspector. */
export function Inspector() {
  const page = usePage();
  const texts = useTexts();
  const [paused, setPaused] = useState(false);
  const [typed, setTyped] = useState("");
  const [direction, setDirection] = useState<Direction>("both");
  const [open, setOpen] = useState<number | undefined>(undefined);
  const [sending, setSending] = useState(false);
  const lines = useLines(page, paused);
  useEffect(page.loadManuals, []);
  const found = useMemo(() => {
    const words = typed.trim().toLowerCase();
    return lines.filter((line) =>
      (direction === "both" || line.direction === direction) &&
      (words === "" || line.text.toLowerCase().includes(words))
    );
  }, [lines, typed, direction]);
  const bytes = found.reduce((sum, line) => sum + line.bytes, 0);
  const copy = (language: ProgramLanguage) => {
    const chosen = found.find(({ key }) => key === open);
    const sent = chosen?.direction === "out" ? [chosen] : found.filter(isRepeatable);
    if (sent.length === 0) return page.ui.toast.value = texts.say("insp_copy_none");
    const name = page.app.peek().me?.name ?? "moi";
    const program = linesToSend(sent.slice(-PROGRAM_MAX).map(({ text }) => text), name);
    void copyText(page, programOf(language, program, serverAddress()), "copied");
  };
  return (
    <section class="inspector" aria-label={texts.say("insp_title")} data-region="inspector">
      <header class="inspector-head">
        <h2>
          <Icon name="braces" /> {texts.say("insp_title")}
        </h2>
        <span class="inspector-sum">
          {texts.count("insp_lines", found.length)} · {bytesWords(bytes, texts.language)}
        </span>
        <input
          type="search"
          value={typed}
          placeholder={texts.say("insp_filter")}
          aria-label={texts.say("insp_filter")}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <select
          aria-label={texts.say("insp_direction")}
          value={direction}
          onChange={(event) => setDirection(event.currentTarget.value as Direction)}
        >
          {(["both", "out", "in"] as const).map((each) => (
            <option key={each} value={each}>{texts.say(`insp_${each}`)}</option>
          ))}
        </select>
        <IconButton
          name={paused ? "play" : "pause"}
          label={texts.say(paused ? "insp_resume" : "insp_pause")}
          aria-pressed={paused}
          onClick={() => setPaused(!paused)}
        />
        <IconButton name="trash" label={texts.say("insp_clear")} onClick={page.wire.clear} />
        <Menu
          icon="copy"
          label={texts.say("insp_copy")}
          face={
            <>
              <Icon name="copy" /> <span>{texts.say("insp_copy")}</span>
            </>
          }
        >
          {PROGRAM_LANGUAGES.map((language) => (
            <MenuItem
              key={language}
              icon="code"
              onClick={() => copy(language)}
            >
              {texts.say(`insp_${language}`)}
            </MenuItem>
          ))}
        </Menu>
        <button
          type="button"
          class="small"
          aria-expanded={sending}
          aria-label={texts.say("insp_send")}
          onClick={() => setSending(!sending)}
        >
          <Icon name="send" /> <span>{texts.say("insp_send")}</span>
        </button>
        <IconButton
          name="close"
          label={texts.say("insp_close")}
          onClick={() => page.ui.inspector.value = false}
        />
      </header>
      {sending && <InspectorSend />}
      <Lines lines={found} open={open} onOpen={setOpen} />
    </section>
  );
}

/** Whether a sent line can be part of a program. Tokens are not known, and a page greets by itself. */
function isRepeatable({ direction, text }: WireLine): boolean {
  return direction === "out" && !/^\{"type":"(?:hello|resume|ping|seen)"/.test(text);
}

/** Draws the lines. Arrow keys move between them; the newest stays in view unless the user has scrolled up. */
function Lines(
  { lines, open, onOpen }: {
    readonly lines: readonly WireLine[];
    readonly open: number | undefined;
    readonly onOpen: (key: number | undefined) => void;
  },
) {
  const texts = useTexts();
  const box = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  const [focused, setFocused] = useState<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (follows.current) box.current?.scrollTo(0, box.current.scrollHeight);
  }, [lines]);
  useLayoutEffect(() => {
    const row = box.current?.querySelector<HTMLElement>("[aria-expanded=true]");
    if (row === null || row === undefined) return;
    // The details follow the line: show both, and stay there.
    follows.current = false;
    box.current!.scrollTop = row.offsetTop;
  }, [open]);
  const reachable = lines.some(({ key }) => key === focused) ? focused : lines.at(-1)?.key;
  const move = (event: KeyboardEvent) => {
    const rows = [...box.current?.querySelectorAll<HTMLElement>(".wire-line") ?? []];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = to === undefined ? undefined : rows[to];
    if (row === undefined) return;
    event.preventDefault();
    row.focus();
  };
  return (
    <ol
      ref={box}
      class="wire"
      aria-label={texts.say("insp_list")}
      onKeyDown={move}
      onFocusIn={({ target }) => {
        const { key } = target instanceof HTMLElement ? target.dataset : {};
        if (key !== undefined) setFocused(Number(key));
      }}
      onScroll={({ currentTarget: { clientHeight, scrollHeight, scrollTop } }) =>
        follows.current = scrollHeight - scrollTop - clientHeight < 30}
    >
      {lines.map((line) => (
        <InspectorLine
          key={line.key}
          line={line}
          open={line.key === open}
          reachable={line.key === reachable}
          onOpen={onOpen}
        />
      ))}
      {lines.length === 0 && <li class="empty">{texts.say("insp_none")}</li>}
    </ol>
  );
}

/** Returns the lines of the connection. They are read once per frame, and not while `paused`. */
function useLines({ wire }: Page, paused: boolean): readonly WireLine[] {
  const [lines, setLines] = useState(wire.read);
  useEffect(() => {
    if (paused) return;
    let frame = 0;
    const read = () => {
      frame = 0;
      setLines(wire.read());
    };
    read();
    const stop = wire.listen(() => frame ||= requestAnimationFrame(read));
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [paused]);
  return lines;
}

/** Returns where the programs connect to: the page is on the same port as the lines. */
function serverAddress(): ServerAddress {
  const { hostname, href, port, protocol } = location;
  const secure = protocol === "https:";
  const url = new URL("./ws", href.split("#")[0]);
  url.protocol = secure ? "wss:" : "ws:";
  return { host: hostname, port: Number(port) || (secure ? 443 : 80), secure, url: url.href };
}

function bytesWords(bytes: number, language: string): string {
  const unit = bytes < 1000 ? "byte" : "kilobyte";
  const value = bytes < 1000 ? bytes : bytes / 1000;
  return new Intl.NumberFormat(language, {
    ...{ style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 },
  }).format(value);
}
