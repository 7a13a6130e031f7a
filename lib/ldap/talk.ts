// One conversation with a directory, over a connection of its own: binds and searches, with ldapts.
import type { Buffer } from "node:buffer";
import type { connect } from "node:net";
import { Client, type Entry, type Filter } from "ldapts";
import type { Server } from "./settings.ts";
import { openWire, type WireOptions } from "./wire.ts";

/**
 * The directory did not answer, or not as expected. The message is for administrators. It may have text of the
 * directory, with any characters.
 */
export class TalkFailed extends Error {
  override readonly name = "TalkFailed";
}

/** A search. Aliases and references to other servers are not followed. */
export interface Search {
  readonly base: string;
  readonly scope: "base" | "sub";
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** The attributes that are binary. */
  readonly binary?: readonly string[];
  /** The maximum number of entries. */
  readonly most: number;
}

/** The values of an attribute. */
export type Values = readonly (string | Buffer)[];

// The result codes that say that these credentials are not accepted: the account is unknown, locked or has no password,
// or the password is wrong.
const REFUSED: ReadonlySet<number> = new Set([19, 32, 34, 48, 49, 50, 53]);
const NO_SUCH_OBJECT = 32;
/** The maximum length of an error text. Part of it is from the directory. */
const TEXT_MAX = 300;

/** A conversation. All methods fail with {@linkcode TalkFailed} if the directory does not answer as expected. */
export class Talk implements AsyncDisposable {
  readonly #client: Client;
  readonly #signal: AbortSignal;

  private constructor(client: Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Connects to a server. @throws {TalkFailed} */
  static async open(server: Server, options: WireOptions): Promise<Talk> {
    const { signal } = options;
    const stream = await openWire(server, options).catch((error) => {
      throw failure(error, signal);
    });
    // ldapts would connect, do TLS and keep time by itself. The stream is connected and secured already, and the
    // signal ends it.
    const client = new Client({
      url: "ldap://directory",
      createConnection: (() => stream) as unknown as typeof connect,
    });
    return new Talk(client, signal);
  }

  /**
   * Binds.
   *
   * @param dn Empty for an anonymous bind. An empty password with a name would be one, too, and is never sent.
   * @returns Whether the directory accepts the password.
   */
  async bind(dn: string, password: string): Promise<boolean> {
    if (dn !== "" && password === "") throw new TypeError("expected a password, got an empty one");
    try {
      await this.#client.bind(dn, password);
      return true;
    } catch (error) {
      if (REFUSED.has(codeOf(error) ?? -1)) return false;
      throw failure(error, this.#signal);
    }
  }

  /** Searches. @returns At most `most` entries; `undefined` if the base does not exist. */
  async search(search: Search): Promise<Entry[] | undefined> {
    const { base, scope, filter, attributes, binary = [], most } = search;
    try {
      const { searchEntries } = await this.#client.search(base, {
        scope,
        filter,
        attributes: [...attributes],
        explicitBufferAttributes: [...binary],
        derefAliases: "never",
        sizeLimit: most,
      });
      return searchEntries.slice(0, most);
    } catch (error) {
      if (codeOf(error) === NO_SUCH_OBJECT) return undefined;
      throw failure(error, this.#signal);
    }
  }

  /** Ends the conversation. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.unbind().catch(() => {});
  }
}

/** Returns the values of an attribute. Its name may be in any case. */
export function valuesOf(entry: Entry, attribute: string): Values {
  const wanted = attribute.toLowerCase();
  for (const [name, values] of Object.entries(entry)) {
    if (name.toLowerCase() !== wanted || name === "dn") continue;
    return Array.isArray(values) ? values : [values];
  }
  return [];
}

/** Returns those values of an attribute that are text. */
export function textsOf(entry: Entry, attribute: string): string[] {
  return valuesOf(entry, attribute).filter((value) => typeof value === "string");
}

function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "number" ? code : undefined;
}

function failure(error: unknown, signal: AbortSignal): TalkFailed {
  const code = codeOf(error);
  const told = error instanceof Error ? error.message : String(error);
  const text = signal.aborted
    ? "no answer in time"
    : code === undefined
    ? told
    : `the directory answers with the result ${code}: ${told}`;
  return new TalkFailed(text.slice(0, TEXT_MAX), { cause: error });
}
