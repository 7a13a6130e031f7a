// Tests of the counters that the benchmarks of the page use: bench/frames.ts and bench/first_load.ts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { firstLoad } from "../../bench/first_load.ts";
import { FrameCounter } from "../../bench/frames.ts";

/** Returns a text frame of a server. */
function frameOf(size: number): number[] {
  const head = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : [
    ...[127, 0, 0, 0, 0],
    ...[size >>> 24, size >> 16 & 255, size >> 8 & 255, size & 255],
  ];
  return [0x81, ...head, ...Array<number>(size).fill(0x81)];
}

Deno.test("frames are counted wherever a chunk ends", () => {
  const sizes = fc.array(fc.constantFrom(0, 1, 125, 126, 127, 300, 65_535, 65_536), {
    maxLength: 6,
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(sizes, cuts, (sizes, cuts) => {
    const bytes = Uint8Array.from(sizes.flatMap(frameOf));
    const counter = new FrameCounter();
    let frames = 0;
    for (let at = 0, cut = 0; at < bytes.length; cut++) {
      const end = at + cuts[cut % cuts.length]!;
      frames += counter.count(bytes.subarray(at, end));
      at = end;
    }
    assert.equal(frames, sizes.length);
  }));
});

function file(path: string, text: string) {
  const identity = new TextEncoder().encode(text).toBase64();
  return { path, type: "", cache: "day", etag: "", identity };
}

Deno.test("the first load counts the files that the shell links and their static imports, but no lazy imports", () => {
  const shell = '<link rel="stylesheet" href="a/x/app.css"><script src="a/x/app.js"></script>';
  const table = JSON.stringify({
    files: [
      file("/", shell),
      file("/a/x/app.css", "p{}"),
      file("/a/x/app.js", 'import{a}from"./part.js";import("./lazy.js");a()'),
      file("/a/x/part.js", "export const a=()=>{}"),
      file("/a/x/lazy.js", "x".repeat(10_000)),
    ],
  });
  const { requests, late, js } = firstLoad(table);
  assert.deepEqual([requests, late], [4, 1]);
  assert.ok(js > 40 && js < 500, `${js} bytes`);
});
