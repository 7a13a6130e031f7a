// Runs every transcript of tests/transcripts, with its lines sent whole and split at odd places, and the examples
// of the pages about the protocol and about the first client.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import { setRole } from "../support/roles.ts";
import { type Overrides, startTestServer } from "../support/server.ts";
import { type Cut, runTranscript } from "../support/transcript.ts";

const folder = new URL("../transcripts/", import.meta.url);
const docs = new URL("../../docs/", import.meta.url);

/** The pages whose examples are run, and the language of their server. */
const PAGES = {
  "PROTOCOL.md": "en",
  "fr/PROTOCOLE.md": "fr",
  // The blocks of twins are equal, so their server is the same.
  "CLIENT.md": "fr",
  "fr/CLIENT.md": "fr",
} as const;

const cuts: Record<string, Cut> = {
  "at once": (bytes) => [bytes],
  "cut every 7 bytes": (bytes) => pieces(bytes, 7),
  "cut in every character": (bytes) => pieces(bytes, 1),
};

// Some transcripts have more requests than one client may send at once.
const settings: Overrides = {
  limits: { burst: 400 },
  channel: [
    { name: "#profs", topic: "", roles: ["moderator"], accounts: [], readOnly: false },
    { name: "#annonces", topic: "Lire ici", roles: [], accounts: [], readOnly: true },
  ],
};

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

async function run(text: string, cut: Cut, overrides: Overrides = {}): Promise<void> {
  await using server = await startTestServer({ ...settings, ...overrides });
  await runTranscript(text, {
    port: server.port,
    cut,
    setRole: (name, role) => setRole(server.dataDir, name, role),
  });
}

for (const { name } of Deno.readDirSync(folder)) {
  for (const [how, cut] of Object.entries(cuts)) {
    Deno.test(`transcript ${name}, ${how}`, async () => {
      const text = await Deno.readTextFile(new URL(name, folder));
      const language = name.includes("french") ? "fr" : "en";
      await run(text, cut, { server: { language } });
    });
  }
}

// The page is not on the lists of the others, so that the transcripts hold to the byte.
for (const { name } of [...Deno.readDirSync(folder)].filter(({ name }) => /^client_/.test(name))) {
  Deno.test(`transcript ${name}, with a page in the same room`, async () => {
    const text = await Deno.readTextFile(new URL(name, folder));
    await using server = await startTestServer({ ...settings, server: { language: "en" } });
    await using page = await Client.connect(server.port);
    const features = ["seen", "session", "hands", "policy", "reports"];
    await page.ask({ type: "hello", tab: "t", features });
    const join = { type: "message", from: "page", content: "", ref: "1" };
    assert.equal(typeof (await page.ask(join))["token"], "string");
    await page.ask({ type: "status", state: "invisible", ref: "2" });
    await page.ask({ type: "hand", up: true, ref: "3" });
    await runTranscript(text, {
      port: server.port,
      cut: (bytes) => [bytes],
      setRole: (name, role) => setRole(server.dataDir, name, role),
    });
    const heard = await page.sync();
    assert.ok(heard.length > 0);
    const said = heard.filter(({ type, from }) => type === "message" && from !== "ClassCord");
    // Clients that have left just now may be announced before the reply.
    await page.send({ type: "overview" });
    const overview = await page.find(({ type }) => type === "overview");
    const [general] = overview["channels"] as Line[];
    assert.ok(Number(general?.["last"]) >= Math.max(0, ...said.map(({ id }) => Number(id))));
  });
}

// A block of a page, and the hidden steps before it.
const BLOCK = /(?:<!-- before:\n([^]*?)-->\n+)?```transcript\n([^]*?)```/g;

for (const [page, language] of Object.entries(PAGES)) {
  const blocks = [...Deno.readTextFileSync(new URL(page, docs)).matchAll(BLOCK)];
  for (const [index, [, before = "", text = ""]] of blocks.entries()) {
    Deno.test(`transcript ${index + 1} of docs/${page}`, async () => {
      await run(before + text, (bytes) => [bytes], { server: { language } });
    });
  }
}
