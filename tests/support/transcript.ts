// Runs a transcript, a text file of lines such as
//
//     A uses windows-1252 crlf      how A writes; UTF-8 and \n otherwise
//     A> {"type":"users"}           A sends this line
//     A< {"type":"users",...}       A receives this line, byte for byte; <time> and <id> stand for any
//     A closes                      A leaves
//     A is closed                   the server has closed the connection
//     ada becomes moderator         the account gets that role
//     # a comment
//
// At its end nobody may have received anything else, and every byte received must be ASCII. A line that is
// expected may have <time> and <id>, or times and ids of its own, which stand for any.
import assert from "node:assert/strict";
import { Client } from "./client.ts";

/** How the bytes of a line are cut before they are sent. */
export type Cut = (bytes: Uint8Array) => Uint8Array[];

interface Actor {
  readonly client: Client;
  readonly waiting: string[];
  charset: "utf-8" | "windows-1252";
  end: "\n" | "\r\n";
}

/** What a transcript is run against. */
export interface Stage {
  readonly port: number;
  readonly cut: Cut;
  /** Gives an account a role. */
  readonly setRole: (name: string, role: string) => void;
}

/** Runs the transcript in `text`. */
export async function runTranscript(text: string, { port, cut, setRole }: Stage): Promise<void> {
  const actors = new Map<string, Actor>();
  try {
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() === "" || line.startsWith("#")) continue;
      const [, name, verb, rest = ""] =
        /^(\w+)(>|<| uses| closes| is closed| becomes) ?(.*)$/.exec(line) ??
          assert.fail(`line ${index + 1} is not of a transcript: ${line}`);
      if (verb === " becomes") {
        setRole(name!, rest);
        continue;
      }
      const actor = actors.get(name!) ?? await enter(port);
      actors.set(name!, actor);
      await step(actor, verb!, rest).catch((error) => {
        error.message = `line ${index + 1}, ${line}\n${error.message}`;
        throw error;
      });
    }
    for (const [name, actor] of actors) {
      if (!actor.client.ended) await gather(actor);
      assert.deepEqual(actor.waiting, [], `${name} received more than the transcript says`);
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
      actor.waiting.push(...(await actor.client.end()).map((line) => JSON.stringify(line)));
    } else if (verb === ">") {
      for (const part of cut(encode(actor, rest))) await actor.client.send(part);
      await gather(actor);
    } else {
      const received = actor.waiting.shift() ?? await actor.client.text();
      assert.equal(generalize(received), generalize(rest));
    }
  }
}

async function enter(port: number): Promise<Actor> {
  const client = await Client.connect(port);
  return { client, waiting: [], charset: "utf-8", end: "\n" };
}

/**
 * Waits until what was sent is served, and keeps what came until then. A ping without `ref` does not make
 * a client one of the newer ones.
 */
async function gather({ client, waiting }: Actor): Promise<void> {
  await client.send('{"type":"ping"}\n');
  for (;;) {
    const line = await client.text().catch((error) => {
      if (client.ended) return '{"type":"pong"}';
      throw error;
    });
    if (line === '{"type":"pong"}') return;
    waiting.push(line);
  }
}

function generalize(line: string): string {
  return line
    .replace(
      /"(timestamp|since|until)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g,
      '"$1":<time>',
    )
    .replace(/"id":\d+/g, '"id":<id>')
    .replace(/"retry_after":\d+/g, '"retry_after":<seconds>')
    .replace(/\[\d\d:\d\d\]/g, "[<hour>]");
}

function encode({ charset, end }: Actor, line: string): Uint8Array {
  const text = line + end;
  if (charset === "utf-8") return new TextEncoder().encode(text);
  return Uint8Array.from(text, (char) => char === "€" ? 0x80 : char.charCodeAt(0));
}
