// The client connects, speaks first, and waits for the reply to its login.
import { ProtocolError } from "../../protocol/errors.ts";
import { NotReady, RunOver } from "../happenings.ts";
import { answer, isAllowedUnjoined } from "../played/replies.ts";
import type { Request } from "../../protocol/request.ts";
import type { Stage } from "../stage.ts";
import type { Link } from "../wire/link.ts";
import type { Scene } from "./scene.ts";

/** The scene of the beginning. */
export const arrival: Scene = {
  checks: ["no-greeting", "flush", "login-awaited"],
  async play(stage) {
    const login = watchLogin(stage);
    stage.restart("start", { name: "lea", password: "1234", isNew: true });
    const first = await stage.person(({ kind, link }) => kind === "line" ? link : undefined);
    if (first === undefined) await wake(stage);
    stage.findings.pass("no-greeting");
    stage.findings.pass("flush");
    stage.check = "login-awaited";
    await login.done();
  },
};

// Nothing has arrived. Either nobody has connected, or the client waits for something, or it keeps its line back.
async function wake(stage: Stage): Promise<void> {
  const filled = await stage.ask({ key: "filled" });
  if (filled !== true) throw new RunOver("nobody");
  const links = stage.links();
  if (links.length === 0) throw new RunOver("nobody");
  const waiting = links.some((link) => link.waiting > 0);
  for (const link of links) stage.greet(link);
  const answered = await stage.until(
    ({ kind }) => kind === "line" || undefined,
    stage.limits.reactMs,
  );
  if (answered === undefined) {
    stage.fail(waiting ? "no_newline" : "nothing_sent");
    throw new RunOver("nobody");
  }
  stage.greets = true;
  stage.fail("waits_for_greeting");
}

/** Holds the first login back, and looks at what the client sends meanwhile. */
function watchLogin(stage: Stage): { done: () => Promise<void> } {
  const { world, limits } = stage;
  let held: { link: Link; request: Request } | undefined;
  let isRegistered = false;
  stage.intercept = (link, request, sent) => {
    if (world.peer(link).name !== undefined) return false;
    if (request.type === "register") isRegistered = true;
    if (request.type === "login" && held === undefined) {
      held = { link, request };
      return true;
    }
    const isEarly = request.type === "message" || !isAllowedUnjoined(request.type);
    if (isEarly && held !== undefined) {
      stage.fail("before_login_reply", { sent });
    } else if (isEarly && isRegistered) {
      stage.fail("register_is_no_login", { sent });
    }
    if (!isEarly || held === undefined && !isRegistered) return false;
    // A message would make a guest of the connection, before its login.
    world.refuse(link, request, new ProtocolError("login_required"));
    return true;
  };
  return {
    async done() {
      const isGuest = () => stage.peer() !== undefined && held === undefined;
      if (held === undefined && !isGuest()) await waitForLogin(stage, () => held !== undefined);
      // A client that takes itself for logged in may wait for answers that it never gets.
      const isFooled = () => stage.findings.hasFailed("login-awaited");
      stage.isSuspect = isFooled();
      if (held === undefined) {
        if (isFooled()) return;
        if (isGuest() || stage.isVisited()) return stage.findings.notDone("login-awaited");
        throw new NotReady();
      }
      await stage.until(() => undefined, limits.holdMs);
      stage.intercept = () => false;
      answer(world, held.link, held.request);
      stage.findings.pass("login-awaited");
      stage.isSuspect = isFooled();
    },
  };
}

async function waitForLogin(stage: Stage, isHeld: () => boolean): Promise<void> {
  const arrived = () => stage.peer() !== undefined || isHeld() || undefined;
  if (await stage.until(arrived, stage.limits.reactMs)) return;
  // A client of guests may join by its first message, and one that takes itself for logged in asks no more.
  if (stage.isVisited() || stage.findings.hasFailed("login-awaited")) return;
  stage.tell({ key: "login", fill: { name: "lea", password: "1234", isNew: false } });
  await stage.person(arrived);
}
