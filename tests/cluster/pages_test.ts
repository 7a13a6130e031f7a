// Whatever pages, old clients and operators do, it is the same on one node and on three with take-overs in between.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type FakePeer, type Line, makeChat } from "../chat/fakes.ts";
import { Cast } from "./cast.ts";

const ACCOUNTS = { ada: "1234", bob: "1234", max: "1234/moderator" };
/** Longer than users linger and names are reserved. */
const LONG_MS = 600_000;
/** More with `task test:cluster`. */
const RUNS = Number(Deno.env.get("CLUSTER_RUNS") ?? 15);

/** Where the steps are played. */
interface Stage {
  readonly connect: () => FakePeer;
  readonly settle: () => Promise<void>;
  readonly pass: (milliseconds: number) => void;
  readonly takeOver: () => Promise<void>;
}

interface Step {
  readonly do: string;
  readonly who: string;
  readonly nth: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    ...["login", "guest", "old", "hangUp", "hangUp", "vanish", "resume", "resume", "logout"],
    ...["away", "hand", "join", "whisper", "ping", "seen", "kick", "mute", "long", "takeOver"],
  ),
  who: fc.constantFrom("ada", "bob", "gus", "eve"),
  nth: fc.nat(7),
});

/** Plays steps. @returns What everybody has received, as text. */
async function play(stage: Stage, steps: readonly Step[]): Promise<string[]> {
  const seen: string[] = [];
  const peers: FakePeer[] = [];
  const ended = new Set<FakePeer>();
  const tokens: unknown[] = [];
  const settle = async () => {
    await stage.settle();
    await stage.settle();
  };
  const open = () => {
    const peer = stage.connect();
    peers.push(peer);
    return peer;
  };
  const say = async (peer: FakePeer, line: Line) => {
    await peer.say(line);
    await settle();
  };
  const max = stage.connect();
  await say(max, { type: "login", username: "max", password: "1234" });
  const note = () => {
    for (const [at, peer] of [...peers, max].entries()) {
      for (const line of peer.take()) {
        if (line["token"] !== undefined) tokens.push(line["token"]);
        const { type, status, code, user, state, username, name, content, users, ref } = line;
        // The text of the attendance and of times differs.
        seen.push(
          JSON.stringify([
            at,
            type,
            status,
            code,
            user,
            state,
            username,
            name,
            users,
            ref,
            type === "message" ? content : undefined,
          ]),
        );
      }
      if (peer.reason !== undefined && !ended.has(peer)) seen.push(`${at} closed: ${peer.reason}`);
    }
  };
  for (const { do: what, who, nth } of steps) {
    const joined = peers.filter(({ closed }) => !closed);
    const peer = joined[nth % Math.max(1, joined.length)];
    seen.push(`${what} ${who} ${nth}`);
    const end = async (reason: "client" | "timeout") => {
      if (peer === undefined) return;
      if (reason === "client") peer.heardAt = performance.now();
      peer.closed = true;
      peer.consumer.ended(reason);
      await settle();
      ended.add(peer);
    };
    const hello = { type: "hello", tab: `tab${nth}`, client: "x", features: ["seen", "session"] };
    switch (what) {
      case "login": {
        const page = open();
        await say(page, hello);
        await say(page, {
          type: "login",
          username: who,
          password: "1234",
          session: true,
          ref: "l",
        });
        break;
      }
      case "guest": {
        const page = open();
        await say(page, hello);
        await say(page, { type: "message", from: who, content: "", ref: "g" });
        break;
      }
      case "old": {
        const old = open();
        await say(old, { type: "login", username: who, password: "1234" });
        await say(old, { type: "users" });
        break;
      }
      case "resume": {
        const page = open();
        await say(page, hello);
        await say(page, { type: "resume", token: tokens[nth % tokens.length] ?? "none", ref: "r" });
        await say(page, { type: "whoami", ref: "w" });
        break;
      }
      case "hangUp":
        await end("client");
        break;
      case "vanish":
        await end("timeout");
        break;
      case "long":
        stage.pass(LONG_MS);
        await settle();
        break;
      case "takeOver":
        await stage.takeOver();
        break;
      case "whisper":
        await say(max, { type: "private", to: who, content: `to ${who} ${seen.length}`, ref: "p" });
        break;
      case "kick":
      case "mute":
        await say(max, { type: what, user: who, ref: "m" });
        break;
      default:
        if (peer !== undefined) await say(peer, requestOf(what));
    }
    note();
    await say(max, { type: "users", ref: "u" });
    note();
  }
  return seen;
}

function requestOf(what: string): Line {
  switch (what) {
    case "away":
      return { type: "status", state: "away", ref: "s" };
    case "hand":
      return { type: "hand", up: true, ref: "h" };
    case "join":
      return { type: "join", channel: "#dev", ref: "j" };
    case "seen":
      return { type: "seen", channel: "#général", id: 1, ref: "n" };
    default:
      return { type: what, ref: "o" };
  }
}

function onOneNode(): Stage {
  const chat = makeChat(ACCOUNTS);
  return {
    connect: chat.connect,
    settle: () => Promise.resolve(chat.turn()),
    pass: (milliseconds) => void chat.clock.pass(milliseconds),
    takeOver: () => Promise.resolve(),
  };
}

function onThree(cast: Cast): Stage {
  return {
    connect: cast.connect,
    settle: () => {
      cast.chat.turn();
      return cast.settle();
    },
    pass: (milliseconds) => void cast.chat.clock.pass(milliseconds),
    takeOver: () => cast.takeOver(),
  };
}

Deno.test("with take-overs between any two requests, everybody receives what they would on one node", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      await using cast = await Cast.start(ACCOUNTS);
      const expected = await play(onOneNode(), steps);
      assert.deepEqual(await play(onThree(cast), steps), expected);
    }),
    { numRuns: RUNS },
  );
});
