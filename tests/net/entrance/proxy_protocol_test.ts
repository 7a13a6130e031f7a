// Tests of the PROXY header parser: with examples, with headers in pieces, and with hostile bytes.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  beginsProxyHeader,
  MAX_HEADER_BYTES,
  parseProxyHeader,
  type ProxyHeader,
  ProxyHeaderError,
} from "../../../lib/net/entrance/proxy_protocol.ts";
import { readProxyHeader } from "../../../lib/net/entrance/proxied_stream.ts";
import { CAME_OVER_TLS, headerV1, headerV2, ipv4Block } from "../../support/proxy.ts";

const encoder = new TextEncoder();

function source(header: Uint8Array): ProxyHeader["source"] {
  return parseProxyHeader(header)!.source;
}

Deno.test("version 1 gives the address of the client, or none if it is UNKNOWN", () => {
  assert.deepEqual(source(headerV1("192.0.2.7", 50000)), { address: "192.0.2.7", port: 50000 });
  assert.deepEqual(source(headerV1("2001:DB8:0:0::7", 1)), { address: "2001:db8::7", port: 1 });
  assert.deepEqual(source(headerV1("::ffff:192.0.2.7", 1)), { address: "192.0.2.7", port: 1 });
  for (const text of ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN 1.2.3.4 whatever\r\n"]) {
    const bytes = encoder.encode(text);
    const header = { length: bytes.length, source: undefined, encrypted: false };
    assert.deepEqual(parseProxyHeader(bytes), header);
  }
});

Deno.test("version 2 gives the address of the client, and whether it connected over TLS", () => {
  const addresses = ipv4Block("192.0.2.7", 50000);
  const plain = parseProxyHeader(headerV2({ addresses }))!;
  assert.deepEqual(plain.source, { address: "192.0.2.7", port: 50000 });
  assert.equal(plain.encrypted, false);
  const fields = [0x04, 0, 3, 1, 2, 3, ...CAME_OVER_TLS];
  assert.equal(parseProxyHeader(headerV2({ addresses, fields }))!.encrypted, true);
  const six = [0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 7, ...Array(16).fill(0), 0, 9, 0, 0];
  const { source } = parseProxyHeader(headerV2({ family: 0x21, addresses: six }))!;
  assert.deepEqual(source, { address: "2001:db8::7", port: 9 });
});

Deno.test("a header of the proxy itself or about a Unix socket gives no address", () => {
  const addresses = ipv4Block("192.0.2.7", 50000);
  for (
    const header of [
      headerV2({ command: 0x20, family: 0, addresses: [] }),
      headerV2({ command: 0x20, addresses, fields: [...CAME_OVER_TLS] }),
      headerV2({ family: 0, fields: [0x04, 0, 1, 0] }),
      headerV2({ family: 0x31, addresses: Array(216).fill(65) }),
    ]
  ) {
    const { length, source } = parseProxyHeader(header)!;
    assert.deepEqual([length, source], [header.length, undefined]);
  }
});

Deno.test("bytes that cannot become a header are rejected, and the error says what was expected", () => {
  const v1 = (text: string) => encoder.encode(text);
  const addresses = ipv4Block("192.0.2.7", 1);
  for (
    const bytes of [
      v1('{"type":"users"}\n'),
      v1("GET_METRICS"),
      v1("\x16\x03\x01"),
      v1("proxy TCP4 "),
      v1("PROXY TCP4 192.0.2.7 10.0.0.1 1 2\n"),
      v1("PROXY TCP4 192.0.2.7 10.0.0.1 1\r\n"),
      v1("PROXY TCP4 192.0.2.7 10.0.0.1 1 2 3\r\n"),
      v1("PROXY TCP4 192.0.2.7  10.0.0.1 1 2\r\n"),
      v1("PROXY TCP4 2001:db8::1 ::1 1 2\r\n"),
      v1("PROXY TCP6 192.0.2.7 10.0.0.1 1 2\r\n"),
      v1("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n"),
      v1("PROXY TCP4 192.0.2.7 10.0.0.1 65536 2\r\n"),
      v1("PROXY TCP4 192.0.2.7 10.0.0.1 01 2\r\n"),
      v1("PROXY TCP4 192.0.2.256 10.0.0.1 1 2\r\n"),
      v1("PROXY UNKNOWNX\r\n"),
      v1("PROXY UDP4 192.0.2.7 10.0.0.1 1 2\r\n"),
      v1(`PROXY UNKNOWN ${"x".repeat(100)}\r\n`),
      headerV2({ command: 0x11, addresses }),
      headerV2({ command: 0x22, addresses }),
      headerV2({ family: 0x12, addresses }),
      headerV2({ family: 0x21, addresses }),
      headerV2({ addresses: addresses.slice(1) }),
      headerV2({ addresses, fields: [0x20, 0, 9, 1] }),
      headerV2({ addresses, fields: [0x20] }),
      headerV2({ addresses, fields: Array(MAX_HEADER_BYTES).fill(0) }),
    ]
  ) {
    const text = JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 60)));
    assert.throws(
      () => parseProxyHeader(bytes),
      (error) => error instanceof ProxyHeaderError && /expected .*(got|cut)/.test(error.message),
      text,
    );
  }
});

Deno.test("an overlong header is rejected before it is complete", () => {
  const declared = headerV2({ addresses: ipv4Block("192.0.2.7", 1) });
  declared.set([0xff, 0xff], 14);
  assert.throws(() => parseProxyHeader(declared.subarray(0, 16)), ProxyHeaderError);
  const endless = encoder.encode(`PROXY TCP4 ${"1".repeat(200)}`);
  assert.equal(parseProxyHeader(endless.subarray(0, 106)), undefined);
  assert.throws(() => parseProxyHeader(endless.subarray(0, 107)), ProxyHeaderError);
});

const port = fc.integer({ min: 0, max: 65_535 });
const header = fc.oneof(
  fc.tuple(fc.ipV4(), port).map(([address, at]) => ({ bytes: headerV1(address, at), address, at })),
  fc.tuple(fc.ipV4(), port, fc.uint8Array({ maxLength: 40 })).map(([address, at, value]) => ({
    bytes: headerV2({
      addresses: ipv4Block(address, at),
      fields: [0xee, 0, value.length, ...value],
    }),
    address,
    at,
  })),
);

Deno.test("a header is parsed whatever follows it, and only when it is complete", () => {
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 30 }), ({ bytes, address, at }, rest) => {
      for (let end = 0; end < bytes.length; end++) {
        assert.equal(parseProxyHeader(bytes.subarray(0, end)), undefined);
      }
      const found = parseProxyHeader(Uint8Array.from([...bytes, ...rest]))!;
      assert.deepEqual(found.source, { address, port: at });
      assert.equal(found.length, bytes.length);
    }),
  );
});

Deno.test("hostile bytes are parsed, incomplete or rejected with a ProxyHeaderError", () => {
  const start = fc.constantFrom(
    encoder.encode("PROXY "),
    encoder.encode("PROXY TCP4 "),
    encoder.encode("PROXY TCP6 "),
    headerV2({}).subarray(0, 12),
    headerV2({}).subarray(0, 14),
    new Uint8Array(),
  );
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (first, rest) => {
      const bytes = Uint8Array.from([...first, ...rest]);
      let found: ReturnType<typeof parseProxyHeader>;
      try {
        found = parseProxyHeader(bytes);
      } catch (error) {
        return assert.ok(error instanceof ProxyHeaderError);
      }
      if (found === undefined) assert.ok(bytes.length < MAX_HEADER_BYTES);
      else assert.ok(found.length <= bytes.length);
    }),
    { numRuns: 2_000 },
  );
});

/** Creates a stream that returns these pieces. */
function pieces(parts: readonly Uint8Array[]) {
  const left = [...parts];
  return {
    read(into: Uint8Array): Promise<number | null> {
      const part = left.shift();
      if (part === undefined) return Promise.resolve(null);
      const count = Math.min(part.length, into.length);
      into.set(part.subarray(0, count));
      if (count < part.length) left.unshift(part.subarray(count));
      return Promise.resolve(count);
    },
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
}

async function readAll(stream: { read(into: Uint8Array): Promise<number | null> }) {
  const all: number[] = [];
  const buffer = new Uint8Array(7);
  for (let count; (count = await stream.read(buffer)) !== null;) {
    all.push(...buffer.subarray(0, count));
  }
  return all;
}

Deno.test("a header is read in any pieces, and no byte after it is lost", async () => {
  const rest = fc.uint8Array({ maxLength: 2_000 });
  const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(header, rest, cuts, async ({ bytes, address, at }, rest, cuts) => {
      const all = Uint8Array.from([...bytes, ...rest]);
      const parts: Uint8Array[] = [];
      for (let from = 0, i = 0; from < all.length; i++) {
        const size = cuts[i % cuts.length]!;
        parts.push(all.subarray(from, from + size));
        from += size;
      }
      const { header, stream } = await readProxyHeader(pieces(parts));
      assert.deepEqual(header.source, { address, port: at });
      assert.deepEqual(await readAll(stream), [...rest]);
    }),
  );
});

Deno.test("a connection that ends within its header is rejected", async () => {
  const cut = headerV1("192.0.2.7", 1).subarray(0, 20);
  await assert.rejects(readProxyHeader(pieces([cut])), /got the end after 20 bytes/);
});

Deno.test("beginsProxyHeader detects the first line of a header, and no request", () => {
  assert.ok(beginsProxyHeader("PROXY TCP4 192.0.2.7 10.0.0.1 1 2"));
  assert.ok(beginsProxyHeader("\0"));
  for (const line of ['{"type":"users"}', "GET_METRICS", "PROXYING", "\0x", ""]) {
    assert.ok(!beginsProxyHeader(line), line);
  }
});
