// Draws docs/images/console.svg, the console during a lesson, from the lines that the console would show.
import type { ClientRow, ServerStats } from "../lib/protocol/replies/operator.ts";
import { render } from "../lib/cli/console/render.ts";
import {
  type ConsoleState,
  initialState,
  withEvent,
  withList,
  withStats,
} from "../lib/cli/console/state.ts";
import type { ScreenLine, Style } from "../lib/cli/console/style.ts";
import { CONSOLE_TEXTS } from "../lib/cli/console/texts/languages.ts";
import { columns } from "../lib/cli/terminal/text.ts";
import { VERSION } from "../lib/version.ts";

const SCREEN = { columns: 92, rows: 22 };
const CHARACTER = { width: 8.4, height: 19 };
const MARGIN = 12;

/** The attributes of a text, and the colour behind it. */
interface Look {
  readonly text: string;
  readonly behind?: string;
}

const BOLD = 'font-weight="bold"';
const LOOKS: Readonly<Record<Style, Look>> = {
  plain: { text: 'fill="#d8dee9"' },
  title: { text: `fill="#fff" ${BOLD}`, behind: "#2b5fb8" },
  section: { text: `fill="#4cc2d0" ${BOLD}` },
  heading: { text: 'fill="#8b95a7" text-decoration="underline"' },
  label: { text: 'fill="#8b95a7"' },
  figure: { text: `fill="#fff" ${BOLD}` },
  good: { text: 'fill="#7bc96f"' },
  notable: { text: 'fill="#4cc2d0"' },
  warning: { text: 'fill="#e5c07b"' },
  bad: { text: `fill="#ef6b73" ${BOLD}` },
  faint: { text: 'fill="#8b95a7"' },
  key: { text: `fill="#4cc2d0" ${BOLD}` },
  chosen: { text: 'fill="#10141c"', behind: "#4cc2d0" },
  question: { text: 'fill="#10141c"', behind: "#e5c07b" },
};

/** Returns the content of the picture's file. */
export function consolePicture(): string {
  const lines = render(lesson(), SCREEN, CONSOLE_TEXTS.en);
  const width = Math.ceil(SCREEN.columns * CHARACTER.width) + 2 * MARGIN;
  const height = SCREEN.rows * CHARACTER.height + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" xml:space="preserve" role="img">
<title>classcord console</title>
<rect width="${width}" height="${height}" rx="8" fill="#10141c"/>
${lines.map(drawLine).join("\n")}
</svg>
`;
}

function drawLine(line: ScreenLine, row: number): string {
  const top = MARGIN + row * CHARACTER.height;
  let column = 0;
  return line.map(({ text, style }) => {
    const left = MARGIN + column * CHARACTER.width;
    const width = (columns(text) * CHARACTER.width).toFixed(1);
    column += columns(text);
    const { text: look, behind } = LOOKS[style];
    const rect = behind === undefined
      ? ""
      : `<rect x="${
        left.toFixed(1)
      }" y="${top}" width="${width}" height="${CHARACTER.height}" fill="${behind}"/>`;
    if (text.trim() === "") return rect;
    return `${rect}<text x="${left.toFixed(1)}" y="${top + 14}" textLength="${width}" ` +
      `lengthAdjust="spacingAndGlyphs" ${look}>${escape(text)}</text>`;
  }).join("");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Returns the state of a console in the middle of a lesson. Its times look the same in every time zone. */
function lesson(): ConsoleState {
  const clients = CLIENTS.map(([user, role, state, idle], index): ClientRow => ({
    conn: index + 1,
    ...(user === undefined ? {} : { user }),
    role,
    state,
    address: `192.168.1.${21 + index}`,
    port: 51_200 + 7 * index,
    channel: user === "nour" ? "#dev" : "#général",
    since: "10:02:11",
    idle,
    queued: 0,
  }));
  const state = withList(withStats(initialState(), STATS), "clients", {
    rows: clients,
    total: clients.length,
  });
  return EVENTS.reduce<ConsoleState>(
    (known, [at, event]) => withEvent(known, { type: "event", at, ...event }),
    { ...state, selected: { clients: "3" } },
  );
}

const CLIENTS: readonly (readonly [string | undefined, ClientRow["role"], string, number])[] = [
  ["ada", "admin", "online", 41],
  ["prof", "moderator", "online", 3],
  ["tom", "guest", "online", 0],
  ["léa", "member", "away", 312],
  ["nour", "member", "online", 8],
  ["zoé", "guest", "dnd", 95],
  [undefined, "unjoined", "-", 2],
];

const EVENTS: readonly (readonly [string, Readonly<Record<string, string | number>>])[] = [
  ["10:14:02", {
    event: "joined",
    user: "nour",
    kind: "member",
    address: "192.168.1.25",
    port: 51_228,
  }],
  ["10:14:30", {
    event: "joined",
    user: "zoé",
    kind: "guest",
    address: "192.168.1.26",
    port: 51_235,
  }],
  ["10:15:11", {
    event: "state",
    user: "léa",
    state: "away",
    address: "192.168.1.24",
    port: 51_221,
  }],
  ["10:15:48", {
    event: "moderated",
    by: "prof",
    action: "mute",
    target: "tom",
    until: "10:25:48",
    reason: "du calme",
  }],
  ["10:16:20", { event: "connected", address: "192.168.1.27", port: 51_242 }],
];

function rates(tenSeconds: number) {
  return { "10s": tenSeconds, "60s": tenSeconds };
}

const STATS: ServerStats = {
  version: VERSION,
  pid: 812,
  started_at: "08:00:00",
  uptime: 8_180,
  connections: CLIENTS.length,
  users: { guest: 2, member: 4 },
  messages: { global: 412, private: 36 },
  deliveries: 2_330,
  rates: {
    connections: rates(0.1),
    messages: rates(1.4),
    deliveries: rates(7.1),
    refused: rates(0),
  },
  lag_ms: 2,
  memory: { rss: 118 * 2 ** 20, heap_used: 17 * 2 ** 20 },
  outbox_bytes: 0,
  database_bytes: 3.4 * 2 ** 20,
  passwords_waiting: 0,
  logins: { ok: 4, failed: 1, throttled: 0, busy: 0, banned: 0 },
  registrations: 1,
  bans: 0,
};
