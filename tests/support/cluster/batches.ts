// Random batches for property tests.
import fc from "fast-check";
import type { Batch } from "../../../lib/cluster/batch.ts";
import type { Exception, Output } from "../../../lib/edge/edge.ts";
import { CLOSE_REASONS } from "../../../lib/net/peer.ts";

const connection = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const bytes = fc.uint8Array({ maxLength: 300 });
const plain = { noNullPrototype: true };
const name = fc.string({ unit: "grapheme", maxLength: 20 });

/** Random outputs of all kinds. */
export function outputs(): fc.Arbitrary<Output> {
  const to = { to: connection };
  const receipt = fc.option(fc.nat(), { nil: undefined });
  const bare = ["forget", "apart", "hold", "joined", "left", "hurry", "finish"] as const;
  const lines = fc.record({
    audience: fc.oneof(fc.constant("everyone" as const), fc.array(connection)),
    bytes,
    receipt,
    excepted: fc.array(connection, { maxLength: 3 }),
  }).map(({ audience, bytes, receipt, excepted }): Output => {
    const middle = Math.floor(bytes.length / 2);
    const places = [{ start: 0, end: middle }, { start: middle, end: bytes.length }];
    const except: Exception[] = excepted.map((to, i) => ({ to, places: places.slice(0, i) }));
    return {
      kind: "lines",
      audience,
      bytes,
      ...except.length > 0 && { except },
      ...receipt !== undefined && { receipt },
    };
  });
  const withReceipt = fc.record(
    { kind: fc.constantFrom("reply", "missed"), ...to, bytes, receipt },
    plain,
  )
    .map(({ receipt, ...output }): Output => ({
      ...output,
      ...receipt !== undefined && { receipt },
    }));
  return fc.oneof(
    lines,
    withReceipt,
    fc.record({ kind: fc.constantFrom("about", "observed"), ...to, bytes }, plain),
    fc.record({ kind: fc.constant("release" as const), ...to, sameUser: fc.boolean() }, plain),
    fc.record({
      kind: fc.constant("close" as const),
      ...to,
      reason: fc.constantFrom(...CLOSE_REASONS),
    }, plain),
    fc.record({ kind: fc.constantFrom(...bare), ...to }, plain),
  );
}

/** Random batches. */
export function batches(): fc.Arbitrary<Batch> {
  return fc.record({
    lead: fc.record({ node: name, run: name }, plain),
    run: name,
    turn: fc.nat(),
    at: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    changeset: bytes,
    outputs: fc.array(fc.tuple(name, fc.array(outputs(), { maxLength: 6 })), { maxLength: 4 }),
    done: fc.array(fc.tuple(connection, fc.nat())),
    lost: fc.array(fc.tuple(name, fc.nat()), { minLength: 1 }),
    states: fc.array(fc.tuple(connection, bytes)),
    absent: fc.array(fc.tuple(connection, bytes), { minLength: 1 }),
    guesses: fc.array(name, { minLength: 1 }),
  }, {
    requiredKeys: ["run", "turn", "at", "changeset", "outputs", "done", "states"],
    noNullPrototype: true,
  });
}
