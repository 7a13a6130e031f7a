// Faults that students make, planted into the whole clients by replacing texts of them.
import type { Fault, Limits } from "../../lib/check_client/checks.ts";
import type { Replacement } from "../support/example_clients.ts";

/** A fault in one of the examples. */
export interface Planted {
  /** The file of the example. */
  readonly client: "3_client.py" | "client.mjs" | "Client.java";
  /** What the client does wrong, to complete "a client that …". */
  readonly does: string;
  /** The fault that the checks should find, and no other. */
  readonly fault: Fault;
  /** Limits for a fault that silence shows, or that needs time to show. */
  readonly limits?: Partial<Limits>;
  readonly replacements: readonly Replacement[];
}

const PYTHON_LINE = 'json.dumps({**request, "ref": ref}).encode("utf-8") + b"\\n"';

const PYTHON: readonly Omit<Planted, "client">[] = [
  {
    does: "does not end its lines",
    fault: "no_newline",
    replacements: [[PYTHON_LINE, 'json.dumps({**request, "ref": ref}).encode("utf-8")']],
  },
  {
    does: "writes windows-1252",
    fault: "not_utf8",
    replacements: [[
      PYTHON_LINE,
      'json.dumps({**request, "ref": ref}, ensure_ascii=False).encode("cp1252", "replace") + b"\\n"',
    ]],
  },
  {
    does: "joins its JSON from pieces",
    fault: "unescaped",
    replacements: [[
      PYTHON_LINE,
      "('{' + ','.join(f'\"{key}\":\"{value}\"' if isinstance(value, str) else f'\"{key}\":{value}'" +
      " for key, value in {**request, 'ref': ref}.items()) + '}\\n').encode('utf-8')",
    ]],
  },
  {
    does: "waits for a greeting",
    fault: "waits_for_greeting",
    limits: { personMs: 4_000 },
    replacements: [[
      "                self.events.put((self.connected, sock))",
      "                sock.settimeout(None)\n                sock.recv(1024)\n" +
      "                self.events.put((self.connected, sock))",
    ]],
  },
  {
    does: "does not flush",
    fault: "nothing_sent",
    limits: { personMs: 8_000, reactMs: 2_000 },
    replacements: [
      [
        "        self.sock = sock\n",
        '        self.sock, self.out = sock, sock.makefile("wb", 1 << 20)\n',
      ],
      ["self.sock.sendall(", "self.out.write("],
    ],
  },
  {
    does: "reads only when a line is typed",
    fault: "only_after_typing",
    replacements: [
      ["        self.sock = None\n", "        self.sock, self.held = None, []\n"],
      [
        "                self.events.put((self.receive, line))",
        '                (self.held.append if line.startswith(b\'{"type":"message"\') else self.events.put)((self.receive, line))',
      ],
      [
        "        for line in sys.stdin:\n",
        "        for line in sys.stdin:\n            while self.held:\n" +
        "                self.events.put(self.held.pop(0))\n",
      ],
    ],
  },
  {
    does: "takes 1024 bytes for whole lines",
    fault: "packets_are_no_lines",
    replacements: [
      ["part = sock.recv(65536)", "part = sock.recv(1024)"],
      [
        '*lines, rest = (rest + part).split(b"\\n")',
        'lines = [line for line in part.split(b"\\n") if line]',
      ],
    ],
  },
  {
    does: "connects anew after a wrong password",
    fault: "new_connection",
    replacements: [[
      '        if request.get("type") in ("register", "login"):\n',
      '        if request.get("type") in ("register", "login"):\n' +
      "            self.sock.shutdown(socket.SHUT_RDWR)\n",
    ]],
  },
  {
    does: "does not log in again",
    fault: "no_login_again",
    limits: { reactMs: 3_000 },
    replacements: [['if self.phase != "questions":', 'if self.phase == "login":']],
  },
  {
    does: "does not notice the end of the connection",
    fault: "end_hidden",
    limits: { reconnectMs: 3_000 },
    replacements: [[
      "            if not part:\n                return\n",
      "            if not part:\n                threading.Event().wait()\n",
    ]],
  },
  {
    does: "sends the name that was typed",
    fault: "typed_from",
    replacements: [[
      'self.outbox.append({"type": "message", ',
      'self.outbox.append({"type": "message", "from": self.answers[0], ',
    ]],
  },
  {
    does: "forgets its channel",
    fault: "wrong_channel",
    replacements: [[
      "        self.sock, self.online, self.asked,",
      "        self.channel = GENERAL\n        self.sock, self.online, self.asked,",
    ]],
  },
];

const JAVASCRIPT: readonly Omit<Planted, "client">[] = [
  {
    does: "shows its messages again at the ack",
    fault: "own_not_once",
    replacements: [[
      "      return done(request.nonce);\n    case",
      "      if (request.content) display({ from: name, ...request });\n" +
      "      return done(request.nonce);\n    case",
    ]],
  },
  {
    does: "does not wait for the reply to login",
    fault: "before_login_reply",
    replacements: [[
      '  if (socket) ask({ type: isNew ? "register" : "login", username, password });',
      '  if (socket) ask({ type: isNew ? "register" : "login", username, password });\n' +
      "  if (socket && !isNew) signedIn(username);",
    ]],
  },
  {
    does: "takes register for login",
    fault: "register_is_no_login",
    replacements: [[
      "      isNew = false;\n      return signIn();",
      "      isNew = false;\n      return signedIn(answers[0]);",
    ]],
  },
  {
    does: "goes by the name that was typed",
    fault: "typed_name",
    replacements: [["return signedIn(line.username);", "return signedIn(answers[0]);"]],
  },
  {
    does: "does not wait for retry_after",
    fault: "too_early",
    replacements: [["request.type && ask(request), pause);", "request.type && ask(request), 50);"]],
  },
  {
    does: "hides a refusal",
    fault: "refusal_hidden",
    limits: { reactMs: 3_000 },
    replacements: [[
      '  if (action === "wait") {\n',
      '  if (action === "wait") {\n    if (request.nonce) return done(request.nonce);\n',
    ]],
  },
  {
    does: "comes back at once",
    fault: "no_pause",
    replacements: [["const pause = wait * (1 + Math.random() / 2);", "const pause = 0;"]],
  },
  {
    does: "always waits the same time",
    fault: "same_pause",
    replacements: [["wait = Math.min(60_000, 2 * wait);", "wait = FIRST_WAIT;"]],
  },
  {
    does: "shows what it has again",
    fault: "shown_twice_or_missing",
    replacements: [[
      "if (!hidden && !isMine && !keys.some((key) => seen.has(key))) display(line);",
      "if (!hidden && !isMine) display(line);",
    ]],
  },
  {
    does: "sends again without a look at the history",
    fault: "sent_again",
    replacements: [["  if (isMine) done(nonce);\n", ""]],
  },
  {
    does: "gives up a line that takes more than half a second",
    fault: "gave_up_slow",
    limits: { slowMs: 40 },
    replacements: [[
      "    const lines = (rest + part).split(",
      "    if (rest === '') opening.since = Date.now();\n" +
      "    if (Date.now() - opening.since > 500) rest = '';\n" +
      "    const lines = (rest + part).split(",
    ]],
  },
  {
    does: "ends at an unknown type",
    fault: "stopped_by_unknown_type",
    replacements: [[
      "      // Un type inconnu est ignoré. / An unknown type is ignored.\n",
      "    default:\n      if (!request.type) process.exit(1);\n",
    ]],
  },
  {
    does: "finds the type by its place",
    fault: "order_or_unknown",
    replacements: [[
      "    const line = JSON.parse(text);\n",
      '    const line = text.startsWith(\'{"type":"\') ? JSON.parse(text) : {};\n',
    ]],
  },
  {
    does: "asks for what does not exist",
    fault: "bad_request",
    replacements: [['  ask({ type: "users" });\n  for', '  ask({ type: "liste" });\n  for']],
  },
];

const JAVA: readonly Omit<Planted, "client">[] = [
  {
    does: "writes in the charset of the system",
    fault: "not_utf8",
    replacements: [
      [
        "new OutputStreamWriter(opened.getOutputStream(), StandardCharsets.UTF_8)",
        "new OutputStreamWriter(opened.getOutputStream(), StandardCharsets.ISO_8859_1)",
      ],
      ["else if (c >= ' ' && c <= '~') out.append(c);", "else if (c >= ' ') out.append(c);"],
    ],
  },
  {
    does: "uses writeUTF",
    fault: "write_utf",
    replacements: [[
      'out.write(Json.write(request) + "\\n");',
      "new DataOutputStream(socket.getOutputStream()).writeUTF(Json.write(request));",
    ]],
  },
  {
    does: "does not flush",
    fault: "nothing_sent",
    limits: { personMs: 8_000, reactMs: 2_000 },
    replacements: [["                out.flush();\n", ""]],
  },
  {
    does: "does not decode escapes",
    fault: "not_decoded",
    replacements: [["(char) HexFormat.fromHexDigits(text, at, at += 4)", "'u'"]],
  },
  {
    does: "escapes nothing",
    fault: "unescaped",
    replacements: [[
      "if (c == '\"' || c == '\\\\') out.append('\\\\').append(c);",
      "if (c == '\"' || c == '\\\\') out.append(c);",
    ]],
  },
  {
    does: "loses its reading thread at an unknown type",
    fault: "stopped_by_unknown_type",
    replacements: [[
      "default -> { } // un type plus",
      "default -> { if (request.isEmpty()) throw new IllegalStateException(); } // un type plus",
    ]],
  },
];

/** All of them. */
export const PLANTED: readonly Planted[] = [
  ...PYTHON.map((fault) => ({ client: "3_client.py", ...fault }) as const),
  ...JAVA.map((fault) => ({ client: "Client.java", ...fault }) as const),
  ...JAVASCRIPT.map((fault) => ({ client: "client.mjs", ...fault }) as const),
];
