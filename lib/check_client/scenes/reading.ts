// Lines that a client must understand: escapes, packets, order and unknown members, unknown types, a slow network.
import type { CheckId, Fault } from "../checks.ts";
import { jsonLine } from "../../protocol/reply.ts";
import type { Peer } from "../played/peer.ts";
import type { Stage } from "../stage.ts";
import type { Scene } from "./scene.ts";

/** Sends lines and returns the texts that the client should show. */
type Send = (stage: Stage, peer: Peer) => string[];

/** A scene in which the client only reads. After a failure it is started again: its reader may have stopped. */
function reading(check: CheckId, fault: Fault, send: Send): Scene {
  return {
    checks: [check],
    // A line in pieces is the matter of one check only.
    needs: check === "slow-network" ? ["receiving", "packets"] : ["receiving"],
    async play(stage) {
      const peer = await stage.ready();
      const shown = send(stage, peer);
      await stage.written(peer.link);
      const isSeen = await stage.seen(shown);
      if (isSeen === true) stage.findings.pass(check);
      if (isSeen !== false) return;
      stage.fail(fault);
      stage.isSuspect = true;
    },
  };
}

/** Escapes are decoded. */
export const decoding = reading("decoding", "not_decoded", (stage) => {
  const text = 'Un café à 3 € 😀, "oui" \\ non / fin';
  stage.say(text);
  return [text];
});

/** Lines do not end where packets end. */
export const packets = reading("packets", "packets_are_no_lines", (stage, { link, channel }) => {
  const line = (content: string) =>
    stage.world.line(stage.world.store({ from: "tom", content, channel }));
  const cut = "Coupé en deux morceaux";
  const whole = line(cut);
  const escape = whole.indexOf("\\u00e9");
  const longEnd = "fin du message long";
  // Longer than the 1024 bytes that many programs read at once.
  const long = `${"0123456789 ".repeat(120)}${longEnd}`;
  // Cut within an escape and before the newline, then three lines at once, then one that fills several reads.
  const together = ["Un sur trois", "Deux sur trois", "Trois sur trois"];
  const after = "Ensuite";
  const pieces = [
    whole.slice(0, escape + 3),
    whole.slice(escape + 3, -1),
    `\n${together.map(line).join("")}`,
    line(long),
    line(after),
  ];
  link.sendPieces(pieces, stage.limits.slowMs);
  // Not the escape: whether it is decoded is the matter of another check.
  return [cut.slice(6), ...together, longEnd, after];
});

/** The order of members does not matter, and unknown ones are ignored. */
export const members = reading("members", "order_or_unknown", (stage, { link, channel }) => {
  const text = "Mes champs sont en vrac";
  const line = stage.world.members(stage.world.store({ from: "tom", content: text, channel }));
  const turned = Object.fromEntries(Object.entries(line).reverse());
  const unknown = { mood: { type: "x", list: [1, -2.5e3, null, true, "}"] }, vide: {}, zero: 0 };
  link.send(jsonLine({ ...unknown, ...turned, content: text, reply_to: null }));
  return [text];
});

/** A type that the client does not know is ignored. */
export const unknownType = reading(
  "unknown-type",
  "stopped_by_unknown_type",
  (stage, { link }) => {
    link.send(jsonLine({ type: "reaction", id: 12, from: "nina", emoji: "👍" }));
    link.send(jsonLine({ type: "status", user: "nina", state: "en cours de maths" }));
    const text = "Tout continue";
    stage.say(text);
    return [text];
  },
);

/** A line may take seconds to arrive. */
export const slowNetwork = reading("slow-network", "gave_up_slow", (stage, { link, channel }) => {
  const text = "Mot par mot";
  const line = stage.world.line(stage.world.store({ from: "tom", content: text, channel }));
  const pieces = line.match(/[^]{1,8}/g) ?? [];
  link.sendPieces(pieces, stage.limits.slowMs);
  const after = "Et c'est fini";
  stage.say(after);
  return [text, after];
});
