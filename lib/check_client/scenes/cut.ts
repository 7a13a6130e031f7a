// The connection is cut: the client waits, comes back, and shows what it has missed, once.
import { DEFAULT_CHANNEL } from "../../protocol/reply.ts";
import type { Request } from "../../protocol/request.ts";
import type { Happening } from "../happenings.ts";
import type { Peer, Stored } from "../played/peer.ts";
import type { Stage } from "../stage.ts";
import type { Scene } from "./scene.ts";

const CHANNEL = "#dev";

/** The scene of the cut connection. */
export const cut: Scene = {
  checks: ["back-off", "login-again", "rejoin", "catch-up"],
  needs: ["receiving"],
  async play(stage) {
    const peer = await stage.ready();
    const { typed, hasAccount } = peer;
    const before = { channel: await joinChannel(stage, peer), typed, hasAccount };
    const story = await cutOff(stage, peer);
    if (story === undefined) return;
    try {
      const link = await comesBack(stage);
      if (link === undefined) return notDone(stage);
      await returned(stage, before, story);
    } finally {
      stage.admits = () => true;
      stage.world.history = [];
    }
  },
};

function notDone(stage: Stage): void {
  for (const check of cut.checks) stage.findings.notDone(check);
}

async function joinChannel(stage: Stage, peer: Peer): Promise<string> {
  stage.check = "rejoin";
  if (await stage.ask({ key: "channels" }) === true) {
    stage.tell({ key: "join_channel", type: `/join ${CHANNEL}` });
    await stage.person(() => peer.channel !== DEFAULT_CHANNEL || undefined);
  }
  if (peer.channel === DEFAULT_CHANNEL) stage.findings.notDone("rejoin");
  return peer.channel;
}

/** What was said in the channel around the cut. */
interface Story {
  /** The last message of the client, whose ack is lost. */
  readonly own: string;
  /** What the client should show of it, each once. */
  readonly shown: string[];
}

// The message of the client is stored, but its ack is lost with the connection.
async function cutOff(stage: Stage, peer: Peer): Promise<Story | undefined> {
  const { world } = stage;
  stage.check = "back-off";
  const said = (content: string): Stored =>
    world.store({ from: "tom", content, channel: peer.channel });
  const known = said("Avant la coupure");
  peer.link.send(world.line(known));
  world.history = [known];
  stage.intercept = (link, request) => {
    if (request.type !== "message" || request.content.trim() === "") return false;
    world.history.push(world.storeSent(world.peer(link), request));
    stage.intercept = () => false;
    stage.admits = () => false;
    link.close();
    return true;
  };
  const found = await stage.typed("Juste avant la coupure", { key: "cut" });
  if (found?.request === undefined) return undefined;
  const missed = [said("Pendant la coupure, un"), said("Pendant la coupure, deux")];
  world.history.push(...missed);
  const own = found.request.content.trim();
  return { own, shown: [known.content, own, ...missed.map(({ content }) => content)] };
}

/** Connections that are closed at once, before one is accepted. */
const CLOSED_TWICE = 2;

// Watches the pauses before each new connection. Returns the connection that was accepted.
async function comesBack(stage: Stage): Promise<unknown> {
  const { pauseMs, reconnectMs } = stage.limits;
  const isAttempt = ({ kind, at }: Happening) => kind === "opened" ? at : undefined;
  let refused = 0;
  stage.admits = () => ++refused > CLOSED_TWICE;
  const closedAt = stage.now();
  const times: number[] = [];
  for (let n = 0; n <= CLOSED_TWICE; n++) {
    const at = await stage.until(isAttempt, reconnectMs);
    if (at === undefined) return undefined;
    times.push(at);
  }
  const pauses = times.map((at, n) => at - (n === 0 ? closedAt : times[n - 1]!));
  const [first = 0, second = 0, last = 0] = pauses;
  // A busy machine may have delayed one of them.
  const before = Math.min(first, second);
  const places = { pauses: pauses.map((pause) => `${(pause / 1000).toFixed(1)} s`).join(", ") };
  if (pauses.some((pause) => pause < pauseMs)) stage.fail("no_pause", { places });
  else if (last < before * GROWTH && last < ENOUGH_MS) stage.fail("same_pause", { places });
  else stage.findings.pass("back-off");
  return times;
}

/** The third pause is four times the first in the protocol. A random part may make it less. */
const GROWTH = 1.4;
/** A client that always waits this long harms nobody. */
const ENOUGH_MS = 10_000;

/** How the client was connected before the cut. */
interface Before {
  readonly channel: string;
  readonly typed: string;
  readonly hasAccount: boolean;
}

async function returned(
  stage: Stage,
  before: Before,
  story: Story,
): Promise<void> {
  const { world, limits } = stage;
  const live = world.store({
    from: "tom",
    content: "Au retour, en direct",
    channel: before.channel,
  });
  let sentAgain: string | undefined;
  stage.check = "login-again";
  stage.intercept = (link, request, sent) => {
    const { name } = world.peer(link);
    const isAgain = request.type === "message" && request.content.trim() === story.own;
    if (isAgain) sentAgain = sent;
    if (request.type !== "history" || name === undefined || world.history.includes(live)) {
      return false;
    }
    // The message arrives by itself, and is in the history that follows it.
    world.history.push(live);
    link.send(world.line(live));
    return false;
  };
  const arrived = await stage.until(
    (happening) => happening.kind === "line" ? happening : undefined,
    limits.reactMs,
  );
  const name = nameOf(arrived?.request, before.hasAccount);
  if (name === undefined) {
    stage.fail("no_login_again", arrived === undefined ? {} : { sent: arrived.line.text });
    stage.isSuspect = true;
    return;
  }
  if (name.toLowerCase() === before.typed.toLowerCase()) stage.findings.pass("login-again");
  else stage.fail("other_login", { places: { name, before: before.typed } });
  await catchUp(stage, { live, shown: story.shown, sentAgain: () => sentAgain });
  await rejoin(stage, before.channel);
}

/** The name that a connection joins with; `undefined` if the request does not join it. */
function nameOf(request: Request | undefined, hasAccount: boolean): string | undefined {
  if (request?.type === "login") return request.username;
  // A guest joins by a message.
  if (hasAccount || request?.type !== "message") return undefined;
  return typeof request.from === "string" ? request.from : "invité";
}

async function catchUp(
  stage: Stage,
  parts: { live: Stored; shown: string[]; sentAgain: () => string | undefined },
): Promise<void> {
  const { world, limits } = stage;
  stage.check = "catch-up";
  const asked = () => world.history.includes(parts.live) || undefined;
  if (await stage.until(asked, limits.reactMs) === undefined) {
    return stage.findings.notDone("catch-up");
  }
  const end = "Fin du rattrapage";
  const { link } = stage.peer() ?? {};
  link?.send(
    world.line(
      world.store({ from: "tom", content: end, channel: parts.live.channel ?? DEFAULT_CHANNEL }),
    ),
  );
  const isSeen = await stage.seen([...parts.shown, parts.live.content, end]);
  const sent = parts.sentAgain();
  if (sent !== undefined) stage.fail("sent_again", { sent });
  if (isSeen === false) stage.fail("shown_twice_or_missing");
  else if (isSeen === true) stage.findings.pass("catch-up");
}

async function rejoin(stage: Stage, channel: string): Promise<void> {
  stage.check = "rejoin";
  stage.intercept = () => false;
  if (channel === DEFAULT_CHANNEL) return;
  const found = await stage.typed("De retour");
  if (found?.request === undefined) return;
  const went = found.request.channel ?? stage.world.peer(found.link).channel;
  if (went === channel) stage.findings.pass("rejoin");
  else stage.fail("wrong_channel", { sent: found.line.text, places: { channel, went } });
}
