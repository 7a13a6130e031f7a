// Tests the parsers of the door with random input. `deno task fuzz web` tries far more input.
import { checkFrames, chooser, fuzzOnce } from "../../support/web_fuzz.ts";

Deno.test("ten thousand random heads, frames and fields give the same results as simple parsers", () => {
  const choose = chooser(Number(Deno.env.get("CLASSCORD_SEED") ?? 17));
  for (let i = 0; i < 10_000; i++) fuzzOnce(choose);
});

Deno.test("each line becomes one frame, whatever its length", () => {
  const lengths = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 3];
  for (const length of lengths) checkFrames([length]);
  checkFrames(lengths);
  checkFrames([]);
});
