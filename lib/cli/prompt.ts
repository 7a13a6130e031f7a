// Prompts for passwords without showing them, reads them from a pipe, and asks for confirmation.
import { exactUtf8 } from "../protocol/utf8.ts";
import { CommandFailure } from "./command.ts";

/** The user pressed Ctrl-C at a prompt. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_U = "\x15";
const ERASE = new Set(["\x7f", "\b"]);
const LONGEST = 4096;
const NEWLINE = 0x0a;

/**
 * Asks for a password twice on a terminal. Without a terminal it reads the first line of standard input.
 *
 * @throws {Interrupted} on Ctrl-C.
 * @throws {CommandFailure} if the two entries differ or the input is empty.
 */
export async function askNewPassword(prompt: string): Promise<string> {
  if (!Deno.stdin.isTerminal()) return await readFirstLine();
  const password = await askHidden(`${prompt}: `);
  const again = await askHidden("Again: ");
  if (password !== again) {
    throw new CommandFailure("The two passwords are not the same. Nothing was changed.");
  }
  return password;
}

/**
 * Asks for a password once on a terminal. Without a terminal it reads the first line of standard input.
 *
 * @throws {Interrupted} on Ctrl-C.
 * @throws {CommandFailure} if the input is empty.
 */
export async function askPassword(prompt: string): Promise<string> {
  return Deno.stdin.isTerminal() ? await askHidden(`${prompt}: `) : await readFirstLine();
}

/**
 * Asks on the terminal for a word that confirms an action.
 *
 * @param question What will happen, and which word to type.
 * @throws {CommandFailure} if another word is typed or there is no terminal.
 */
export async function confirm(question: string, word: string): Promise<void> {
  if (!Deno.stdin.isTerminal()) {
    throw new CommandFailure("There is no terminal to ask for confirmation. Add --yes to confirm.");
  }
  Deno.stderr.writeSync(new TextEncoder().encode(`${question} `));
  const bytes = new Uint8Array(1024);
  const count = await Deno.stdin.read(bytes);
  const typed = new TextDecoder().decode(bytes.subarray(0, count ?? 0)).trim();
  if (typed.normalize("NFC") !== word) {
    throw new CommandFailure(`Expected ${word}, got ${JSON.stringify(typed)}. Nothing was done.`);
  }
}

async function readFirstLine(): Promise<string> {
  const bytes: number[] = [];
  for await (const part of Deno.stdin.readable) {
    for (const byte of part) bytes.push(byte);
    if (part.includes(NEWLINE) || bytes.length > LONGEST) break;
  }
  const line = firstLine(Uint8Array.from(bytes));
  if (line === "") throw new CommandFailure("Expected a password on standard input, got nothing.");
  return line;
}

/**
 * Returns the first line of some bytes, unchanged.
 *
 * @throws {CommandFailure} if it is not UTF-8, begins with a byte order mark, or contains NUL characters, as UTF-16
 *   does. Nobody could type such a password.
 */
export function firstLine(bytes: Uint8Array): string {
  const end = bytes.indexOf(NEWLINE);
  const text = exactUtf8(end < 0 ? bytes : bytes.subarray(0, end));
  if (text === undefined || text.includes("\0")) throw notUtf8();
  if (text.startsWith("\ufeff")) {
    throw new CommandFailure(
      "Expected a password, got a byte order mark first. Nothing was changed.",
    );
  }
  return text.replace(/\r$/, "");
}

function notUtf8(): CommandFailure {
  return new CommandFailure("Expected a password in UTF-8, got other bytes. Nothing was changed.");
}

async function askHidden(prompt: string): Promise<string> {
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const bytes = new Uint8Array(256);
  let typed: string[] = [];
  write(prompt);
  Deno.stdin.setRaw(true);
  try {
    for (;;) {
      const count = await Deno.stdin.read(bytes);
      if (count === null) throw new Interrupted();
      for (const key of decoder.decode(bytes.subarray(0, count), { stream: true })) {
        if (key === CTRL_C || (key === CTRL_D && typed.length === 0)) throw new Interrupted();
        if (key === "\r" || key === "\n") return typed.join("");
        if (ERASE.has(key)) typed.pop();
        else if (key === CTRL_U) typed = [];
        else if (key >= " " && typed.length < LONGEST) typed.push(key);
      }
    }
  } catch (error) {
    // The decoder reports input in another character set this way.
    throw error instanceof TypeError ? notUtf8() : error;
  } finally {
    Deno.stdin.setRaw(false);
    write("\n");
  }
}
