// What must be true after a crowd has worked in a cluster while nodes and NATS servers were lost: nothing is lost, doubled
// or reordered.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Pause } from "../../../lib/cluster/nats/pause.ts";
import { Citizen, type Life } from "./citizen.ts";
import { BOXES, type Crowd } from "./crowd.ts";
import { NODES, type Region } from "./region.ts";

/** Errors of a node that is cut off, or that stops. */
const REFUSALS = new Set(["busy", "shutting_down"]);
/** Errors that a request of a crowd may get. Others are faults. */
const EXPECTED_CODES = new Set([
  "muted",
  "forbidden",
  "not_in_channel",
  "unknown_user",
  "unknown_channel",
  "bad_request",
  ...REFUSALS,
]);

const WORK = ["message", "message by mail", "join", "leave", "status", "register", "mute", "topic"];

/** What a node answers by itself while it is cut off. */
const READS = new Set(["history", "users", "pong", "whoami"]);
const LOOK_MS = 100;

/** A stored message. */
interface Stored {
  readonly id: number;
  readonly content: string;
  readonly channel: string | null;
}

/** Everything that a crowd must have done for the other checks to mean something. */
function checkWork({ citizens }: Crowd): void {
  const done = new Set(
    citizens.flatMap(({ asked }) => asked)
      .filter(({ reply }) => (reply?.["type"] ?? "error") !== "error")
      .map(({ request: { type, to } }) => `${type}${BOXES.includes(String(to)) ? " by mail" : ""}`),
  );
  for (const what of WORK) assert.ok(done.has(what), `nobody has done: ${what}`);
}

/** Checks everything. All nodes and NATS servers run. The nodes are killed at the end. */
export async function checkAll(region: Region, crowd: Crowd): Promise<void> {
  await checkPresence(region, crowd);
  await checkDone(region, crowd);
}

/** Like {@linkcode checkAll}, without waiting until the connections of lost nodes have left. */
export async function checkDone(region: Region, crowd: Crowd): Promise<void> {
  for (const citizen of crowd.citizens) await citizen.sync();
  checkWork(crowd);
  const mail = await collectMail(region, crowd);
  for (const citizen of crowd.citizens) await citizen.sync();
  await region.witness.catchUp();
  const shown = region.witness.replay();
  const lives = crowd.citizens.flatMap(({ lives }) => lives);
  for (const life of lives) checkShown(life, shown);
  const survivors = crowd.citizens.filter(({ lives }) => lives.length === 1);
  await crowd.close();
  await region.checkDatabases();
  await region.checkLogs();
  const database = new DatabaseSync(`${region.directory}/${NODES[0]}/classcord.db`);
  try {
    const stored = database.prepare("SELECT id, content, channel FROM messages ORDER BY id")
      .all() as unknown as Stored[];
    checkStored(crowd, stored);
    checkAccounts(crowd, database);
    checkMail(crowd, stored, mail);
    for (const citizen of survivors) checkHeard(citizen, crowd, stored);
  } finally {
    database.close();
  }
}

/** Everyone who is here is online once at all nodes, with the state that was last set, and nobody else is. */
async function checkPresence(region: Region, { citizens }: Crowd): Promise<void> {
  const wanted = citizens.map(({ name }) => name).sort();
  const pause = new Pause();
  for (const node of NODES.keys()) {
    const watcher = await Citizen.enter({
      key: `watcher of ${node}`,
      isMember: false,
      port: () => region.port(node),
    });
    for (;;) {
      // Lost connections leave once the leader has given their edge up.
      const { users } = await watcher.know({ type: "users" }) as unknown as { users: string[] };
      const others = users.filter((user) => !user.startsWith("watcher")).sort();
      if (String(others) === String(wanted)) break;
      await pause.begin(LOOK_MS);
    }
    await watcher.close();
  }
  for (const citizen of citizens) {
    const last = citizen.lives.at(-1)!.asked.findLast(({ request }) =>
      request["type"] === "status"
    );
    if (last?.reply?.["type"] !== "ack") continue;
    assert.equal((await citizen.know({ type: "whoami" }))["state"], last.request["state"]);
  }
}

/** Logs in to the accounts that were never online. @returns What each of them has received. */
async function collectMail(region: Region, crowd: Crowd): Promise<Map<string, string[]>> {
  const mail = new Map<string, string[]>();
  for (const [at, box] of BOXES.entries()) {
    const sent = crowd.citizens.flatMap(({ asked }) => asked)
      .filter(({ request, reply }) => request["to"] === box && reply?.["type"] === "ack");
    const reader = await Citizen.enter({
      key: box,
      isMember: true,
      port: () => region.port(at + 1),
    });
    const [{ heard }] = reader.lives as [Life];
    // It comes in pieces.
    while (heard.length < sent.length) await reader.sync();
    await reader.sync();
    mail.set(box, heard.map(({ content }) => String(content)));
    await reader.close();
  }
  return mail;
}

/**
 * A connection has received what the log says, without a hole; one that was lost the beginning of it. In between, it may have
 * replies that a node has given by itself while it was cut off.
 */
function checkShown({ wire, mark }: Life, shown: readonly string[]): void {
  const received = wire.text.split("\n");
  // The last line may be cut off.
  received.pop();
  if (!received.some((line) => line.includes(`"ref":"${mark}"`))) return;
  const found = shown.filter((text) => text.includes(`"ref":"${mark}"`));
  assert.equal(found.length, 1, `connections with ${mark}`);
  const wanted = found[0]!.split("\n").slice(0, -1);
  let at = 0;
  for (const line of received) {
    if (line === wanted[at]) at++;
    else assert.ok(isOwn(line), `${mark} received ${line} instead of ${wanted[at]}`);
  }
  if (!wire.isLost) assert.deepEqual(wanted.slice(at), [], `what ${mark} has not received`);
}

/** Whether a node that is cut off may send a line by itself. */
function isOwn(line: string): boolean {
  const { type, code, ref } = JSON.parse(line);
  return REFUSALS.has(code) || ref !== undefined && READS.has(type);
}

/** Each message that was acknowledged is stored once, one that was refused never, any other once or never. */
function checkStored({ citizens, deleted }: Crowd, stored: readonly Stored[]): void {
  const ids = new Map<string, number>();
  for (const { id, content } of stored) {
    assert.ok(!ids.has(content), `"${content}" is stored twice`);
    ids.set(content, id);
  }
  for (const { request, reply } of citizens.flatMap(({ asked }) => asked)) {
    if (reply?.["type"] === "error") {
      const code = String(reply["code"]);
      assert.ok(EXPECTED_CODES.has(code), JSON.stringify({ request, reply }));
    }
    const { type, content } = request;
    if (type !== "message" || content === "") continue;
    const id = ids.get(String(content));
    ids.delete(String(content));
    if (reply?.["type"] === "error") assert.equal(id, undefined, `"${content}" was refused`);
    else if (reply !== undefined && !deleted.has(Number(reply["id"]))) {
      assert.equal(id, reply["id"], `the id of "${content}"`);
    }
  }
  assert.deepEqual([...ids], [], "messages that nobody has sent");
}

/** A registration is done once. If it were done twice, the second one would fail. */
function checkAccounts({ citizens }: Crowd, database: DatabaseSync): void {
  const names = database.prepare("SELECT name FROM accounts").all().map(({ name }) => name);
  for (const { request, reply } of citizens.flatMap(({ asked }) => asked)) {
    if (request["type"] !== "register" || reply === undefined) continue;
    const isRefused = REFUSALS.has(String(reply["code"]));
    if (!isRefused) assert.equal(reply["status"], "ok", JSON.stringify(reply));
    assert.equal(names.includes(String(request["username"])), !isRefused, JSON.stringify(reply));
  }
}

/** All mail that is stored has arrived once, in order. */
function checkMail(
  { citizens }: Crowd,
  stored: readonly Stored[],
  mail: ReadonlyMap<string, readonly string[]>,
): void {
  const kept = new Set(stored.map(({ content }) => content));
  const asked = citizens.flatMap(({ asked }) => asked);
  for (const [box, received] of mail) {
    const sent = asked.filter(({ request }) => request["to"] === box)
      .map(({ request }) => String(request["content"])).filter((content) => kept.has(content));
    assert.deepEqual([...received].sort(), sent.sort(), `the mail of ${box}`);
  }
}

/** A connection that was never lost has heard each message of the channel of all once, in the order of their ids. */
function checkHeard(
  { key, lives: [life] }: Citizen,
  { deleted }: Crowd,
  stored: readonly Stored[],
): void {
  const ids = life!.heard.flatMap(({ id, channel }) => channel === "#général" ? Number(id) : []);
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b), `the order in which ${key} has heard`);
  const own = new Set(life!.asked.map(({ request }) => request["content"]));
  const wanted = new Set(
    stored.filter(({ channel, content }) => channel === "#général" && !own.has(content))
      .map(({ id }) => id),
  );
  // A message that was deleted may have been heard.
  const heard = new Set(ids);
  assert.equal(heard.size, ids.length, `${key} has heard a message twice`);
  const missing = [...wanted].filter((id) => !heard.has(id));
  assert.deepEqual(missing, [], `what ${key} has not heard`);
  const extra = ids.filter((id) => !wanted.has(id) && !deleted.has(id));
  assert.deepEqual(extra, [], `what ${key} has heard, but is not stored`);
}
