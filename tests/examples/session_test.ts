// The annotated dialogue of the examples is a transcript: the server says exactly this.
import assert from "node:assert/strict";
import { startTestServer } from "../support/server.ts";
import { runTranscript } from "../support/transcript.ts";
import { EXAMPLES } from "./example.ts";

Deno.test("the dialogue of session.txt is what the server says", async () => {
  const text = await Deno.readTextFile(new URL("session.txt", EXAMPLES));
  await using server = await startTestServer({ server: { language: "fr" } });
  await runTranscript(text, { port: server.port, cut: (bytes) => [bytes], setRole() {} });
  assert.match(text, /^# 6\. /m);
});
