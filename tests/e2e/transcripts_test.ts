// Runs every transcript of tests/transcripts, with its lines sent whole and cut at odd places.
import { type Cut, runTranscript } from "../support/transcript.ts";
import { startTestServer } from "../support/server.ts";

const folder = new URL("../transcripts/", import.meta.url);

const cuts: Record<string, Cut> = {
  "at once": (bytes) => [bytes],
  "cut every 7 bytes": (bytes) => pieces(bytes, 7),
  "cut in every character": (bytes) => pieces(bytes, 1),
};

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

for (const { name } of Deno.readDirSync(folder)) {
  for (const [how, cut] of Object.entries(cuts)) {
    Deno.test(`transcript ${name}, ${how}`, async () => {
      await using server = await startTestServer();
      await runTranscript(await Deno.readTextFile(new URL(name, folder)), server.port, cut);
    });
  }
}
