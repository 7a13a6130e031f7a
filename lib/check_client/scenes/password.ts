// A wrong password, then the right one on the same connection, and the name that the server gives.
import { ProtocolError } from "../../protocol/errors.ts";
import { isAllowedUnjoined } from "../played/replies.ts";
import type { Stage } from "../stage.ts";
import type { Link } from "../wire/link.ts";
import type { Scene } from "./scene.ts";

const TYPED = "LEA";

/** The scene of the wrong password. */
export const password: Scene = {
  checks: ["same-connection", "given-name"],
  async play(stage) {
    const before = stage.peer();
    const isGuest = before?.hasAccount === false || stage.findings.isNotDone("login-awaited");
    if (isGuest) {
      stage.findings.notDone("same-connection");
      return stage.findings.notDone("given-name");
    }
    stage.world.writesOtherwise = true;
    try {
      await wrongPassword(stage);
      stage.check = "given-name";
      const peer = stage.peer();
      if (peer === undefined || peer.typed === peer.name) await loginAgain(stage);
      await givenName(stage);
    } finally {
      stage.world.writesOtherwise = false;
    }
  },
};

async function wrongPassword(stage: Stage): Promise<void> {
  let refusedOn: Link | undefined;
  stage.intercept = (link, request, sent) => {
    if (request.type === "login" && refusedOn === undefined) {
      refusedOn = link;
      stage.world.refuse(link, request, new ProtocolError("login_failed"));
      return true;
    }
    if (stage.world.peer(link).name !== undefined || link !== refusedOn) return false;
    const isEarly = request.type === "message" || !isAllowedUnjoined(request.type);
    if (!isEarly) return false;
    stage.fail("after_failed_login", { sent });
    stage.world.refuse(link, request, new ProtocolError("login_required"));
    return true;
  };
  stage.restart("wrong_password", { name: TYPED, password: "faux", isNew: false });
  await stage.person(() => refusedOn !== undefined || undefined);
  if (refusedOn === undefined) return;
  stage.tell({ key: "right_password", fill: { name: TYPED, password: "1234", isNew: false } });
  const login = await stage.person((happening) =>
    happening.kind === "line" && happening.request !== undefined ? happening : undefined
  );
  stage.intercept = () => false;
  if (login?.request?.type === "login") {
    if (login.link === refusedOn) stage.findings.pass("same-connection");
    else stage.fail("new_connection");
  } else if (login === undefined && await stage.ask({ key: "asked_again" }) === false) {
    stage.fail("not_asked_again");
  }
  if (stage.peer() === undefined) stage.isSuspect = true;
}

async function loginAgain(stage: Stage): Promise<void> {
  stage.restart("restart", { name: TYPED, password: "1234", isNew: false });
  await stage.person(({ kind }) => kind === "joined" || undefined);
}

async function givenName(stage: Stage): Promise<void> {
  await showsName(stage);
  // With the typed name, it would not recognize its own messages later.
  stage.isSuspect ||= stage.findings.hasFailed("given-name");
}

async function showsName(stage: Stage): Promise<void> {
  const peer = stage.peer();
  // Without the reply to login, there is no other name.
  if (peer?.name === undefined || stage.findings.hasFailed("login-awaited")) return;
  const content = "Qui suis-je";
  const found = await stage.typed(content);
  if (found?.request === undefined) return;
  const given = peer.name;
  const typed = peer.typed;
  const places = { given, typed };
  const { from } = found.request;
  if (from === typed) return stage.fail("typed_from", { sent: found.line.text, places });
  const isShown = await stage.ask({ key: "name_shown", name: { given, typed, content } });
  if (isShown === false) return stage.fail("typed_name", { places });
  if (stage.findings.hasFailed("receiving")) return;
  const text = "Pour toi seul";
  const to = peer.isNew ? given : typed;
  peer.link.send(stage.world.message({ from: "tom", to, content: text }));
  const isSeen = await stage.seen([text]);
  if (isSeen === false) return stage.fail("private_hidden", { places });
  if (isShown === true && isSeen === true) stage.findings.pass("given-name");
}
