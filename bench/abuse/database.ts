// The database that attacks run on: a million messages, created once and kept outside the repository.
import { formatHash } from "../../lib/auth/password_hash.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { ChannelStore } from "../../lib/store/channels.ts";
import { type Database, openDatabase } from "../../lib/store/database.ts";
import { MessageStore, type NewMessage } from "../../lib/store/messages.ts";
import { SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { INDEX_VERSION } from "../../lib/store/search/index_state.ts";
import { startOurs } from "../servers.ts";
import { sleep } from "./attack.ts";
import { Caller } from "./caller.ts";

/** The password of every account. */
export const PASSWORD = "motdepasse";
/** The number of accounts: `user0`, `user1`, … */
export const ACCOUNTS = 2000;
/** An account that received half of all messages, from guests. */
export const BOX = "box";
/** A moderator. */
export const TEACHER = "teacher";
/** A channel with 200 messages of 8 KB that consist of accents. */
export const ACCENTS = "#accents";

const BATCH = 10_000;
const LAST_WORD = "zyzzyva";
const INDEX_DEADLINE_MS = 30 * 60_000;

/**
 * Returns the directory of a prepared database. It is created if it does not exist.
 *
 * @param messages The number of messages in it.
 */
export async function preparedDirectory(messages: number): Promise<string> {
  const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
  const version = `schema${SCHEMA_VERSION}-index${INDEX_VERSION}`;
  const path = `${temporary}/classcord-abuse-${messages}-${version}`;
  if (exists(path)) return path;
  console.log(`Making a database of ${messages} messages in ${path}; it is kept.`);
  const unfinished = Deno.makeTempDirSync({ dir: temporary, prefix: "classcord-abuse-" });
  await fill(unfinished, messages);
  await waitForIndex(unfinished);
  Deno.renameSync(unfinished, path);
  return path;
}

/** Copies a prepared directory for one row. */
export async function copyOf(prepared: string): Promise<string> {
  const copy = Deno.makeTempDirSync({ prefix: "classcord-bench-" });
  const args = ["-a", "--reflink=auto", `${prepared}/.`, copy];
  const { success, stderr } = await new Deno.Command("cp", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return copy;
}

/** Runs `work` on the database of a directory. */
export function withStore(dataDir: string, work: (database: Database) => void): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  try {
    work(database);
  } finally {
    database.close();
  }
}

/** Returns a message as attacks store it: to everyone, except as `members` says. */
export function storedMessage(members: Partial<NewMessage>): NewMessage {
  return {
    sentAt: Date.now(),
    subtype: "global",
    sender: "alice",
    senderAccount: null,
    recipient: null,
    recipientAccount: null,
    channel: "#général",
    content: "x",
    extra: null,
    ...members,
  };
}

/** Creates accounts with {@linkcode PASSWORD}. */
export async function addAccounts(dataDir: string, names: readonly string[]): Promise<void> {
  const passwordHash = await hashOf(PASSWORD);
  withStore(dataDir, (database) => {
    const accounts = new AccountStore(database);
    for (const name of names) {
      const role = name === TEACHER ? "moderator" : "member";
      accounts.create({ name, key: nameKey(name), passwordHash, role, now: Date.now() });
    }
  });
}

async function fill(dataDir: string, messages: number): Promise<void> {
  const pupils = Array.from({ length: ACCOUNTS }, (_, i) => `user${i}`);
  await addAccounts(dataDir, [...pupils, TEACHER, BOX]);
  withStore(dataDir, (database) => {
    const box = new AccountStore(database).findByKey(BOX)!;
    const store = new MessageStore(database);
    for (let at = 0; at < messages; at += BATCH) {
      const count = Math.min(BATCH, messages - at);
      store.append(Array.from({ length: count }, (_, i) => lessonMessage(at + i, box.id)));
    }
    new ChannelStore(database)
      .create({ name: ACCENTS, key: ACCENTS, createdBy: box.id, now: Date.now() });
    const accents = storedMessage({ channel: ACCENTS, content: "é".repeat(4096) });
    store.append(Array(200).fill(accents));
    store.append([storedMessage({ content: LAST_WORD })]);
  });
}

// Every other message is public; the rest are private messages from guests to one account.
function lessonMessage(i: number, box: number): NewMessage {
  const content = `a message of a lesson, number ${i}`;
  if (i % 2 === 0) return storedMessage({ content });
  const recipient = { recipient: BOX, recipientAccount: box, channel: null };
  return storedMessage({ subtype: "private", sender: `guest${i % 1000}`, content, ...recipient });
}

// Indexing stored messages must not be part of the measurement, so it is done first.
async function waitForIndex(dataDir: string): Promise<void> {
  const server = await startOurs({ dataDir });
  const caller = await Caller.connect({ port: server.port, from: "127.0.0.1" });
  caller.send({ type: "message", from: "waiter", content: "" });
  const end = performance.now() + INDEX_DEADLINE_MS;
  for (let found = false; !found && performance.now() < end;) {
    await sleep(500);
    const reply = await caller.ask({ type: "search", query: LAST_WORD });
    found = Array.isArray(reply?.["messages"]) && reply["messages"].length > 0;
  }
  caller.close();
  await server.stop();
}

// Deno has Argon2id, but TypeScript's types do not declare it yet.
async function hashOf(password: string): Promise<string> {
  const cost = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const hash = await argon2id(password, salt);
  return formatHash({ ...cost, salt, hash });
}

/** Returns a hash as the server makes it by default. */
export async function argon2id(
  password: string,
  nonce: Uint8Array = new Uint8Array(16),
): Promise<Uint8Array> {
  const subtle = crypto.subtle as unknown as {
    importKey(...args: unknown[]): Promise<CryptoKey>;
    deriveBits(...args: unknown[]): Promise<ArrayBuffer>;
  };
  const bytes = new TextEncoder().encode(password);
  const key = await subtle.importKey("raw-secret", bytes, "Argon2id", false, ["deriveBits"]);
  const how = { name: "Argon2id", nonce, memory: 19_456, passes: 2, parallelism: 1 };
  return new Uint8Array(await subtle.deriveBits(how, key, 256));
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
