// Runs a transcript, a text file with lines such as
//
//     A uses windows-1252 crlf      the encoding and line end of A; by default UTF-8 and \n
//     A> {"type":"users"}           A sends this line
//     A< {"type":"users",...}       A receives exactly this line; <time> and <id> match any
//     A<1 {"type":"message",...}    the same, and the read that brings it brings no other line
//     A closes                      A closes the connection
//     A is closed                   the server has closed the connection
//     ada becomes moderator         the account gets this role
//     # a comment
//
// At the end, no client may have received other lines, and all received bytes must be ASCII. An expected line may
// have <time> and <id>, or actual times and ids, which match any. A token matches any as well; where
// the transcript sends it later, the one that the server gave is sent.
import assert from "node:assert/strict";
import { type Arrived, Client } from "./client.ts";

/** Splits the bytes of a line into the parts that are sent. */
export type Cut = (bytes: Uint8Array) => Uint8Array[];

/** The reply to the pings that wait for an actor's requests. */
const PONG = '{"type":"pong"}';

interface Actor {
  readonly client: Client;
  readonly waiting: Arrived[];
  charset: "utf-8" | "windows-1252";
  end: "\n" | "\r\n";
}

/** The server for a transcript, and how to use it. */
export interface Stage {
  /** The port of an actor, given the number of actors before. */
  readonly port: number | ((before: number) => number);
  readonly cut: Cut;
  /** Called before each step, with its place in the transcript: from 0 to 1. */
  readonly before?: (place: number) => Promise<void>;
  /** Changes the role of an account. */
  readonly setRole: (name: string, role: string) => void | Promise<void>;
}

/** Runs the transcript in `text`. */
export async function runTranscript(
  text: string,
  { port, cut, setRole, before }: Stage,
): Promise<void> {
  const actors = new Map<string, Actor>();
  // Those that the server gave, by those that the transcript shows.
  const tokens = new Map<string, string>();
  try {
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      if (line.trim() === "" || line.startsWith("#")) continue;
      await before?.(index / lines.length);
      const [, name, verb, rest = ""] =
        /^(\w+)(>|<1?| uses| closes| is closed| becomes) ?(.*)$/.exec(line) ??
          assert.fail(`line ${index + 1} is not of a transcript: ${line}`);
      if (verb === " becomes") {
        await setRole(name!, rest);
        continue;
      }
      const actor = actors.get(name!) ??
        await enter(typeof port === "number" ? port : port(actors.size));
      actors.set(name!, actor);
      await step(actor, verb!, rest).catch((error) => {
        error.message = `line ${index + 1}, ${line}\n${error.message}`;
        throw error;
      });
    }
    for (const [name, actor] of actors) {
      if (!actor.client.ended) await gather(actor);
      assert.deepEqual(
        actor.waiting.map(({ text }) => text),
        [],
        `${name} received more than the transcript says`,
      );
      assert.ok(actor.client.bytes.every((byte) => byte < 0x7f), `${name} received non-ASCII`);
    }
  } finally {
    for (const { client } of actors.values()) await client.close();
  }

  async function step(actor: Actor, verb: string, rest: string): Promise<void> {
    if (verb === " uses") {
      actor.charset = rest.includes("windows-1252") ? "windows-1252" : "utf-8";
      actor.end = rest.includes("crlf") ? "\r\n" : "\n";
    } else if (verb === " closes") {
      await actor.client.close();
    } else if (verb === " is closed") {
      await actor.client.ending();
      while (actor.client.hasLines) actor.waiting.push(await actor.client.arrived());
    } else if (verb === ">") {
      const [, shown = ""] = TOKEN.exec(rest) ?? [];
      const line = rest.replace(shown, tokens.get(shown) ?? shown);
      for (const part of cut(encode(actor, line))) await actor.client.send(part);
      await gather(actor);
    } else {
      const received = actor.waiting.shift() ?? await actor.client.arrived();
      assert.equal(generalize(received.text), generalize(rest));
      const [, given] = TOKEN.exec(received.text) ?? [];
      if (given !== undefined) tokens.set(TOKEN.exec(rest)![1]!, given);
      // How far apart is a matter of tests/chat/delivery/windows_test.ts, which have a clock of their own.
      if (verb === "<1") assert.ok(received.isAlone, "the read that brought it brought more");
    }
  }
}

async function enter(port: number): Promise<Actor> {
  const client = await Client.connect(port);
  return { client, waiting: [], charset: "utf-8", end: "\n" };
}

/**
 * Waits until the requests so far are served, and keeps the lines received until then. The ping has no `ref`, so that
 * an old connection remains one.
 */
async function gather({ client, waiting }: Actor): Promise<void> {
  await client.send('{"type":"ping"}\n');
  for (;;) {
    const line = await client.arrived().catch((error) => {
      if (client.ended) return undefined;
      throw error;
    });
    if (line === undefined || line.text === PONG) return;
    waiting.push(line);
  }
}

const TOKEN = /"token":"([\w-]{43})"/;

function generalize(line: string): string {
  return line
    .replace(
      /"(timestamp|since|until|time|expires|created_at|last_used_at|last_at|muted_until|at|from|to)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g,
      '"$1":<time>',
    )
    .replace(/"id":\d+/g, '"id":<id>')
    .replace(/"version":"[^"]+"/g, '"version":<version>')
    .replace(TOKEN, '"token":<token>')
    .replace(/"retry_after":\d+/g, '"retry_after":<seconds>')
    .replace(/\[\d\d:\d\d\]/g, "[<hour>]");
}

function encode({ charset, end }: Actor, line: string): Uint8Array {
  const text = line + end;
  if (charset === "utf-8") return new TextEncoder().encode(text);
  return Uint8Array.from(text, (char) => char === "€" ? 0x80 : char.charCodeAt(0));
}
