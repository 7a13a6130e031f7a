// Lets a command do the same with many accounts: reads their names, and reports each by a line.
import { ProtocolError } from "../../protocol/errors.ts";
import { exactUtf8 } from "../../protocol/utf8.ts";
import { Refused } from "../admin/client.ts";
import { CommandFailure } from "../command.ts";
import { harmless } from "../terminal/text.ts";
import { inEnglish } from "./offline.ts";

/** The maximum number of bytes that a command reads from standard input. */
const INPUT_MAX = 1024 * 1024;

/** A name with a password. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/**
 * Returns the names of a command line. A `-` among them is replaced by the lines of standard input.
 *
 * @throws {CommandFailure} if there is no name, or the input is too long or not UTF-8.
 */
export async function readNames(words: readonly string[]): Promise<string[]> {
  if (!words.includes("-")) return [...words];
  const read = (await readLines()).map((line) => line.trim()).filter((name) => name !== "");
  const at = words.indexOf("-");
  const names = words.flatMap((word, index) => word === "-" ? index === at ? read : [] : [word]);
  if (names.length > 0) return names;
  throw new CommandFailure("Expected names on standard input, one per line, got nothing.");
}

/**
 * Reads names with passwords from standard input, one `NAME:PASSWORD` per line, as `chpasswd` does. A password may
 * contain colons.
 *
 * @throws {CommandFailure} if a line is wrong. Nothing was changed then.
 */
export async function readCredentials(): Promise<Credentials[]> {
  const read = (await readLines()).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim();
    const password = line.slice(colon + 1);
    if (colon >= 0 && name !== "" && password !== "") return [{ name, password }];
    // The line may be a password, so it is not repeated.
    throw new CommandFailure(
      `Standard input, line ${index + 1}: expected NAME:PASSWORD. Nothing was changed.`,
    );
  });
  if (read.length > 0) return read;
  throw new CommandFailure("Expected lines NAME:PASSWORD on standard input, got nothing.");
}

async function readLines(): Promise<string[]> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of Deno.stdin.readable) {
    parts.push(part);
    size += part.length;
    if (size > INPUT_MAX) {
      throw new CommandFailure(`Standard input: expected at most 1 MiB. Nothing was changed.`);
    }
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const text = exactUtf8(bytes);
  if (text === undefined || text.includes("\0")) {
    throw new CommandFailure("Standard input: expected UTF-8. Nothing was changed.");
  }
  return text.replace(/^\ufeff/, "").split(/\r?\n/);
}

/**
 * Does some work with each item and prints its line. With one item, an error ends the command as always. With several,
 * each error is a line on standard error, and the work goes on.
 *
 * @throws {CommandFailure} at the end, if the work failed for an item.
 */
export async function forEach<T extends { readonly name: string }>(
  items: readonly T[],
  work: (item: T) => Promise<string>,
): Promise<void> {
  if (items.length === 1) return console.log(await work(items[0]!));
  let failed = 0;
  for (const item of items) {
    try {
      console.log(await work(item));
    } catch (error) {
      console.error(`${harmless(item.name)}: ${harmless(reasonOf(error))}`);
      failed++;
    }
  }
  if (failed > 0) throw new CommandFailure(`Failed for ${failed} of ${items.length} names.`);
}

// Rethrows what concerns all names, such as a connection that ended.
function reasonOf(error: unknown): string {
  if (error instanceof ProtocolError) return inEnglish(error);
  if (error instanceof CommandFailure || error instanceof Refused) return error.message;
  throw error;
}
