// Every whole client does something about every error code, and never the same thing again at once.
import assert from "node:assert/strict";
import { ERROR_CODES } from "../../lib/protocol/error_codes.ts";
import type { Client, Line } from "../support/client.ts";
import { Example, EXAMPLES, testEach, WHOLE_CLIENTS } from "./example.ts";
import {
  answerFirstRequests,
  answerLogin,
  nextRequest,
  refuse,
  ScriptedServer,
} from "./scripted_server.ts";

/** What a client does about the codes. */
const ASK = ["login_failed", "username_taken", "bad_username", "weak_password"];
const WAIT = ["rate_limited", "throttled", "busy"];
const LOGIN = ["login_required", "session_expired"];
/** The tests for these are below. */
const ALONE = [
  "too_many_connections",
  "not_in_channel",
  "line_too_long",
  "shutting_down",
  "banned",
];
const SHOW = ERROR_CODES.filter((code) => ![...ASK, ...WAIT, ...LOGIN, ...ALONE].includes(code));

const tables = [...WHOLE_CLIENTS.map(({ source }) => source), "javascript/page.html"];
for (const source of new Set(tables)) {
  Deno.test(`the table of ${source} has every error code once, and no other`, async () => {
    const text = await Deno.readTextFile(new URL(source, EXAMPLES));
    const [, table = ""] = /\bACTIONS = \{\n([^]*?)\n\s*\}/.exec(text) ?? [];
    const strings = table.replace(/^\s*(\/\/|#).*$/gm, "").matchAll(/"([^"]*)"/g);
    const actions = ["ask", "wait", "login", "join", "forget", "reconnect", "stop", "show"];
    const words = [...strings].flatMap(([, words]) => words!.trim().split(" "));
    const codes = words.filter((word) => !actions.includes(word));
    assert.deepEqual(codes.toSorted(), ERROR_CODES.toSorted());
  });
}

/** Types a message, and returns the request. */
async function say(client: Example, server: Client, content: string): Promise<Line> {
  await client.type(content);
  const request = await nextRequest(server, "message");
  assert.equal(request["content"], content);
  assert.ok(request["ref"] && request["nonce"], "a message has a ref and a nonce");
  return request;
}

async function acknowledge(server: Client, { ref }: Line): Promise<void> {
  const [id] = crypto.getRandomValues(new Uint32Array(1));
  await server.send({ type: "ack", ref, id, timestamp: "2026-11-27T08:00:00.123Z" });
}

testEach(
  "asks again for the name on the same connection after a refused login",
  async (program) => {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    const connection = await server.accept();
    for (const code of ASK) {
      await client.signIn("Zoé", "oubli", code !== "login_failed");
      const type = code === "login_failed" ? "login" : "register";
      const request = await nextRequest(connection, type);
      assert.deepEqual([request["username"], request["password"]], ["Zoé", "oubli"]);
      await refuse(connection, request, { code });
      await client.sees(`! erreur ${code} (${code})`);
    }
    await client.signIn("Zoé", "1234", true);
    const register = await nextRequest(connection, "register");
    // Nothing is sent before the reply.
    assert.equal(connection.hasLines, false);
    await connection.send({ type: "register", status: "ok", ref: register["ref"] });
    const login = await nextRequest(connection, "login");
    const before = Date.now();
    await refuse(connection, login, { code: "throttled", retry_after: 1 });
    const again = await nextRequest(connection, "login");
    assert.ok(Date.now() - before >= 990);
    assert.deepEqual({ ...again, ref: "" }, { ...login, ref: "" });
    await connection.send({ type: "login", status: "ok", username: "Zoé", ref: again["ref"] });
    await answerFirstRequests(connection, "Zoé");
    await client.sees("* en ligne : Zoé");
  },
);

testEach(
  "shows an error and gives the message up, and waits where the server says so",
  async (program) => {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    await client.signIn("Zoé", "1234", false);
    const connection = await server.welcome("Zoé");
    for (const code of [...SHOW, "a_code_of_tomorrow"]) {
      await refuse(connection, await say(client, connection, `à propos de ${code}`), { code });
      await client.sees(`! erreur ${code} (${code})`);
    }
    for (const code of WAIT) {
      const request = await say(client, connection, `attends ${code}`);
      const before = Date.now();
      await refuse(connection, request, { code, retry_after: 1 });
      await client.type("la suite attend aussi");
      const again = await nextRequest(connection, "message");
      assert.ok(Date.now() - before >= 990, code);
      assert.deepEqual([again["content"], again["nonce"]], [request["content"], request["nonce"]]);
      await acknowledge(connection, again);
      await acknowledge(connection, await nextRequest(connection, "message"));
      assert.equal(client.count(`<Zoé> attends ${code}`), 1);
    }
    assert.equal(client.count("<Zoé> la suite attend aussi"), WAIT.length);
  },
);

testEach("logs in or joins again, and sends the message again only once", async (program) => {
  await using server = new ScriptedServer();
  await using client = Example.start(program, server.port);
  await client.signIn("Zoé", "1234", false);
  const connection = await server.welcome("Zoé");
  for (const code of LOGIN) {
    const request = await say(client, connection, `encore ${code}`);
    await refuse(connection, request, { code });
    await answerLogin(connection, "Zoé");
    const again = await nextRequest(connection, "message");
    assert.equal(again["nonce"], request["nonce"]);
    await refuse(connection, again, { code });
    await acknowledge(connection, await say(client, connection, "autre chose"));
  }
  const request = await say(client, connection, "hors du salon");
  await refuse(connection, request, { code: "not_in_channel" });
  const join = await nextRequest(connection, "join");
  assert.equal(join["channel"], "#général");
  await connection.send({ type: "join", status: "ok", channel: "#général", ref: join["ref"] });
  await acknowledge(connection, await nextRequest(connection, "message"));
  await acknowledge(connection, await say(client, connection, "fin"));
  await client.type("/quit");
  assert.equal(await client.ends(), 0);
});

testEach(
  "comes back after a full or stopping server, without a line that was too long",
  async (program) => {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    const full = await server.accept();
    await refuse(full, {}, { code: "too_many_connections", retry_after: 1 });
    const before = Date.now();
    await full.close();
    await client.signIn("Zoé", "1234", false);
    const first = await server.welcome("Zoé");
    assert.ok(Date.now() - before >= 900);
    await say(client, first, "long ".repeat(100).trim());
    await refuse(first, {}, { code: "line_too_long" });
    await first.close();

    const second = await server.welcome("Zoé");
    const request = await say(client, second, "court");
    await refuse(second, request, { code: "shutting_down" });
    await second.close();

    // The login is sent again as well, without a question.
    const stopping = await server.accept();
    await refuse(stopping, await nextRequest(stopping, "login"), { code: "shutting_down" });
    await stopping.close();

    const third = await server.welcome("Zoé");
    const again = await nextRequest(third, "message");
    assert.deepEqual([again["content"], again["nonce"]], ["court", request["nonce"]]);
    await acknowledge(third, again);
    assert.equal(client.count("<Zoé> court"), 1);
  },
);

testEach("does not come back after a ban or a kick", async (program) => {
  for (const what of ["error", "system"]) {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    await client.signIn("Zoé", "1234", false);
    const connection = await server.welcome("Zoé");
    if (what === "error") await refuse(connection, {}, { code: "banned" });
    else {await connection.send({
        type: "system",
        from: "server",
        content: "exclu",
        code: "kicked",
      });}
    assert.equal(await client.exit(), 1);
  }
});
