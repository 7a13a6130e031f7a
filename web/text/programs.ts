// Writes programs that send lines of the protocol, so that a pupil can repeat in a language what the page does.

/** A language, or a program of the terminal. */
export type ProgramLanguage = "python" | "java" | "javascript" | "telnet";

/** The languages in the order of the menu. */
export const PROGRAM_LANGUAGES: readonly ProgramLanguage[] = [
  "python",
  "java",
  "javascript",
  "telnet",
];

/** Where the program connects to. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Whether the page was loaded over TLS. */
  readonly secure: boolean;
  /** The address of the WebSocket, for JavaScript. */
  readonly url: string;
}

/** The types of requests that a connection may send before it joins. */
const BEFORE_JOINING = new Set([
  ...["hello", "login", "register", "resume", "users", "userlist", "who", "ping", "invite"],
]);

/** Returns a line in which every character is ASCII, as the server writes it. The mask of a secret stays readable. */
export function asciiLine(text: string): string {
  return text.replaceAll("•••", "***").replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Returns the lines of a program: those of the user, after one that joins as a guest if they require it. `name`: the
 * name of the guest.
 */
export function linesToSend(lines: readonly string[], name: string): string[] {
  const first = typeOf(lines[0] ?? "");
  const joins = first === undefined || BEFORE_JOINING.has(first);
  const entry = JSON.stringify({ type: "message", from: name, content: "" });
  return (joins ? lines : [entry, ...lines]).map(asciiLine);
}

function typeOf(text: string): string | undefined {
  try {
    const { type, from } = JSON.parse(text) as { type?: unknown; from?: unknown };
    // A message with a name joins by itself.
    return typeof from === "string" ? "hello" : String(type).toLowerCase();
  } catch {
    return undefined;
  }
}

/** Returns a whole program that sends lines and prints what it receives. */
export function programOf(
  language: ProgramLanguage,
  lines: readonly string[],
  server: ServerAddress,
): string {
  // In programs, an IPv6 address has no brackets.
  return WRITERS[language](lines, { ...server, host: server.host.replace(/^\[|\]$/g, "") });
}

const WRITERS: Readonly<
  Record<ProgramLanguage, (lines: readonly string[], server: ServerAddress) => string>
> = { python, java, javascript, telnet };

function python(lines: readonly string[], { host, port, secure }: ServerAddress): string {
  return [
    "import socket",
    ...(secure ? ["import ssl"] : []),
    "",
    `sock = socket.create_connection((${JSON.stringify(host)}, ${port}))`,
    ...(secure
      ? [
        `sock = ssl.create_default_context().wrap_socket(sock, server_hostname=${
          JSON.stringify(host)
        })`,
      ]
      : []),
    "for line in [",
    ...lines.map((line) => `    ${JSON.stringify(line)},`),
    "]:",
    '    sock.sendall(line.encode() + b"\\n")',
    'for line in sock.makefile("r", encoding="ascii"):',
    '    print(line, end="")',
    "",
  ].join("\n");
}

function java(lines: readonly string[], { host, port, secure }: ServerAddress): string {
  const connect = secure
    ? `javax.net.ssl.SSLSocketFactory.getDefault().createSocket(${JSON.stringify(host)}, ${port})`
    : `new java.net.Socket(${JSON.stringify(host)}, ${port})`;
  // A \u escape in the source of Java would be read by the compiler: double its backslash with the others.
  const quoted = lines.map((line) => `                ${JSON.stringify(line)}`).join(",\n");
  return `public class Client {
    public static void main(String[] args) throws Exception {
        String[] lines = {
${quoted}
        };
        try (java.net.Socket socket = ${connect}) {
            java.io.OutputStream out = socket.getOutputStream();
            for (String line : lines) {
                out.write((line + "\\n").getBytes("UTF-8"));
            }
            java.util.Scanner in = new java.util.Scanner(socket.getInputStream(), "UTF-8");
            while (in.hasNextLine()) {
                System.out.println(in.nextLine());
            }
        }
    }
}
`;
}

function javascript(lines: readonly string[], { url }: ServerAddress): string {
  return [
    `const socket = new WebSocket(${JSON.stringify(url)});`,
    "socket.onopen = () => {",
    ...lines.map((line) => `  socket.send(${JSON.stringify(line)});`),
    "};",
    "socket.onmessage = ({ data }) => console.log(data);",
    "",
  ].join("\n");
}

function telnet(lines: readonly string[], { host, port, secure }: ServerAddress): string {
  const connect = secure
    ? `openssl s_client -quiet -connect ${host.includes(":") ? `[${host}]` : host}:${port}`
    : `telnet ${host} ${port}`;
  return [connect, ...lines, ""].join("\n");
}
