// A directory for tests that answers what a real one does not: nothing, rubbish, or one byte at a time.
import { OPERATION } from "../../lib/ldap/ber.ts";
import { MessageReader } from "../../lib/ldap/stream.ts";

/** The bytes of an element. */
export function element(tag: number, ...content: readonly (Uint8Array | string)[]): Uint8Array {
  const parts = content.map((part) =>
    typeof part === "string" ? new TextEncoder().encode(part) : part
  );
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = length < 0x80 ? [length] : [0x83, length >> 16, length >> 8 & 255, length & 255];
  return Uint8Array.from([tag, ...header, ...parts.flatMap((part) => [...part])]);
}

/** The bytes of a text. */
export function octets(text: string | Uint8Array): Uint8Array {
  return element(0x04, text);
}

/** A message with this id. */
export function message(id: number, operation: Uint8Array, ...more: Uint8Array[]): Uint8Array {
  return element(0x30, element(0x02, Uint8Array.of(id)), operation, ...more);
}

/** The reply to a bind, a search or an extended request, with this result code. */
export function result(operation: number, code: number, text = ""): Uint8Array {
  return element(operation, element(0x0a, Uint8Array.of(code)), octets(""), octets(text));
}

/** The values of the attributes of an entry. */
export type Attributes = Readonly<Record<string, readonly (string | Uint8Array)[]>>;

/** An entry that a search finds. */
export function entry(dn: string, attributes: Attributes): Uint8Array {
  const list = Object.entries(attributes).map(([name, values]) =>
    element(0x30, octets(name), element(0x31, ...values.map(octets)))
  );
  return element(OPERATION.entry, octets(dn), element(0x30, ...list));
}

/** A request that the directory received. */
export interface Request {
  readonly id: number;
  /** The tag of its operation. */
  readonly operation: number;
  readonly bytes: Uint8Array;
}

/** The tags of requests. */
export const REQUEST = { bind: 0x60, unbind: 0x42, search: 0x63, extended: 0x77 } as const;

/** A directory that answers as a function says. */
export interface FakeDirectory extends AsyncDisposable {
  readonly port: number;
  /** The number of connections so far. */
  readonly accepted: () => number;
  /** The number of open connections. */
  readonly open: () => number;
}

/** Answers a request. @returns The bytes to send; `undefined` to say nothing. */
export type Answer = (request: Request) => Uint8Array | readonly Uint8Array[] | undefined;

/** Starts a directory. */
export function startFakeDirectory(answer: Answer): FakeDirectory {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns = new Set<Deno.Conn>();
  const serving: Promise<void>[] = [];
  let accepted = 0;
  const accepting = (async () => {
    for await (const conn of listener) {
      accepted++;
      conns.add(conn);
      serving.push(
        serve(conn, answer).catch(() => {}).finally(() => {
          conns.delete(conn);
          close(conn);
        }),
      );
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    accepted: () => accepted,
    open: () => conns.size,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of conns) close(conn);
      await Promise.all([accepting, ...serving]);
    },
  };
}

async function serve(conn: Deno.Conn, answer: Answer): Promise<void> {
  const reader = new MessageReader();
  const buffer = new Uint8Array(16_384);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    for (const bytes of reader.read(buffer.subarray(0, count))) {
      const request = parse(bytes);
      if (request.operation === REQUEST.unbind) return;
      const said = answer(request);
      for (const part of said instanceof Uint8Array ? [said] : said ?? []) {
        for (let at = 0; at < part.length;) at += await conn.write(part.subarray(at));
      }
    }
  }
}

// Requests of the program are short of 64 KiB, so a length has at most three bytes.
function parse(bytes: Uint8Array): Request {
  const start = bytes[1]! < 0x80 ? 2 : 2 + (bytes[1]! & 0x7f);
  const idEnd = start + 2 + bytes[start + 1]!;
  const id = bytes.subarray(start + 2, idEnd).reduce((sum, byte) => sum * 256 + byte, 0);
  return { id, operation: bytes[idEnd]!, bytes };
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}
