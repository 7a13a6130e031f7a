// Tests of lib/ldap/ber.ts and stream.ts: only whole messages of the right form reach ldapts.
import assert from "node:assert/strict";
import type { connect } from "node:net";
import fc from "fast-check";
import { Client } from "ldapts";
import {
  BadMessage,
  checkMessage,
  MESSAGE_MAX,
  messageSize,
  OPERATION,
  resultCode,
} from "../../lib/ldap/ber.ts";
import { CheckedStream, MessageReader } from "../../lib/ldap/stream.ts";
import { element, entry, message, octets, result } from "../support/fake_directory.ts";

const bind = message(2, result(OPERATION.bind, 0));
const found = message(
  3,
  entry("uid=ada,dc=x", { uid: ["ada"], memberOf: ["cn=a", "cn=b"], none: [] }),
);
const done = message(3, result(OPERATION.searchDone, 0));
const reference = message(3, element(OPERATION.reference, octets("ldap://other/")));

Deno.test("checkMessage accepts the replies to binds, searches and extended requests, and drops controls", () => {
  for (const good of [bind, found, done, reference, message(1, result(OPERATION.extended, 0))]) {
    assert.equal(checkMessage(good).message, good);
  }
  const sasl = element(0x87, "credentials");
  const more = message(
    2,
    element(OPERATION.bind, element(0x0a, Uint8Array.of(0)), octets(""), octets(""), sasl),
  );
  assert.equal(checkMessage(more).operation, OPERATION.bind);
  const controls = element(0xa0, element(0x30, octets("2.16.840.1.113730.3.4.4"), octets("0")));
  const stripped = checkMessage(message(2, result(OPERATION.bind, 49), controls));
  assert.deepEqual(checkMessage(stripped.message).message, stripped.message);
  assert.equal(resultCode(stripped.message), 49);
});

Deno.test("checkMessage rejects everything else, such as an element that is longer than its message", () => {
  const attributes = (content: Uint8Array) =>
    message(3, element(OPERATION.entry, octets("uid=ada"), content));
  const bad: Record<string, Uint8Array> = {
    "no message": octets("x"),
    "a request": message(1, element(0x60, octets("x"))),
    "a negative id": element(0x30, element(2, Uint8Array.of(0x80)), result(OPERATION.bind, 0)),
    "an id of five bytes": element(0x30, element(2, new Uint8Array(5)), result(OPERATION.bind, 0)),
    "an entry without attributes": message(3, element(OPERATION.entry, octets("uid=ada"))),
    "attributes in a text": attributes(octets(found)),
    "an attribute that is too long": attributes(
      element(0x30, Uint8Array.of(0x30, 0x7f, 0x04, 0x00)),
    ),
    "values that are too long": attributes(
      element(
        0x30,
        element(0x30, octets("uid"), Uint8Array.of(0x31, 0x84, 0x7f, 0xff, 0xff, 0xff)),
      ),
    ),
    "values that are no texts": attributes(
      element(0x30, element(0x30, octets("uid"), element(0x31, element(0x02, "1")))),
    ),
    "a value without an end": attributes(
      element(0x30, element(0x30, octets("uid"), element(0x31, "\x04"))),
    ),
    "more after the message": Uint8Array.from([...bind, 0]),
    "a referral": message(
      3,
      element(
        OPERATION.searchDone,
        element(0x0a, Uint8Array.of(10)),
        octets(""),
        octets(""),
        element(0xa3, octets("ldap://other/")),
      ),
    ),
    "a result without a code": message(
      3,
      element(OPERATION.searchDone, element(0x0a, ""), octets(""), octets("")),
    ),
    "too many values": attributes(
      element(
        0x30,
        element(
          0x30,
          octets("uid"),
          element(
            0x31,
            new Uint8Array(10_000).fill(0x04).map((byte, index) => index % 2 ? 0 : byte),
          ),
        ),
      ),
    ),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    assert.throws(() => checkMessage(bytes), BadMessage, what);
  }
});

Deno.test("messageSize rejects a message that is too long before it is read", () => {
  assert.equal(messageSize(bind), bind.length);
  assert.equal(messageSize(Uint8Array.of(0x30, 0x83, 1)), undefined);
  const long = Uint8Array.of(0x30, 0x84, 0, 0x10, 0, 0);
  assert.ok(0x100000 > MESSAGE_MAX);
  for (
    const bytes of [long, Uint8Array.of(0x30, 0x80), Uint8Array.of(0x30, 0x85), Uint8Array.of(0x48)]
  ) {
    assert.throws(() => messageSize(bytes), BadMessage);
  }
});

Deno.test("MessageReader finds the same messages wherever the bytes are cut, and stops at its limits", () => {
  const all = Uint8Array.from([...bind, ...found, ...done]);
  fc.assert(fc.property(fc.array(fc.nat(all.length)), (cuts) => {
    const reader = new MessageReader();
    const places = [...cuts.sort((a, b) => a - b), all.length];
    const messages = places.flatMap((end, index) =>
      reader.read(all.subarray(index === 0 ? 0 : places[index - 1], end))
    );
    assert.deepEqual(messages, [bind, found, done]);
    assert.equal(reader.isInside, false);
  }));
  const reader = new MessageReader();
  assert.throws(() => {
    for (;;) reader.read(reference);
  }, /at most 2000 messages/);
  const slow = new MessageReader();
  const big = message(3, entry("uid=ada", { jpegPhoto: ["x".repeat(200_000)] }));
  assert.throws(() => {
    for (;;) slow.read(big);
  }, /bytes in one conversation/);
});

/** A connection from which the bytes are read, and then nothing more. */
function connOf(bytes: Uint8Array): Deno.Conn {
  let at = 0;
  const conn = {
    read(into: Uint8Array) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return Promise.resolve(part.length === 0 ? null : part.length);
    },
    write: (part: Uint8Array) => Promise.resolve(part.length),
    close() {},
  };
  return conn as unknown as Deno.Conn;
}

Deno.test("ldapts reads whatever passes the check, and ends", async () => {
  const valid = [bind, found, done, reference].map((bytes) => {
    // The first request of a client has the id 2.
    const copy = bytes.slice();
    copy[4] = 2;
    return copy;
  });
  const change = fc.record({ at: fc.nat(80), byte: fc.nat(255) });
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...valid), { minLength: 1, maxLength: 3 }),
      fc.array(change, { maxLength: 4 }),
      async (parts, changes) => {
        const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
        for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
        const stream = new CheckedStream(connOf(bytes));
        const client = new Client({
          url: "ldap://x",
          createConnection: (() => stream) as unknown as typeof connect,
        });
        const { promise, resolve } = Promise.withResolvers<void>();
        stream.once("close", resolve);
        await client.search("dc=x").then(() => passed++, () => {});
        stream.destroy();
        await promise;
        assert.ok(stream.destroyed);
      },
    ),
    { numRuns: 500 },
  );
  assert.ok(passed > 20, `${passed} searches ended well`);
});
