// The student writes: own messages are shown once, every character arrives, quotes and newlines are escaped.
import type { Stage } from "../stage.ts";
import type { Scene } from "./scene.ts";

/** Own messages are shown once. */
export const ownOnce: Scene = {
  checks: ["own-once"],
  async play(stage) {
    await stage.ready();
    const text = "Bonjour";
    if (await stage.typed(text) === undefined) return;
    const end = "Je te lis";
    const hasEnd = !stage.findings.hasFailed("receiving");
    if (hasEnd) stage.say(end);
    const isSeen = await stage.seen(hasEnd ? [text, end] : [text]);
    if (isSeen === true) stage.findings.pass("own-once");
    if (isSeen === false) stage.fail("own_not_once", { places: { text } });
  },
};

const ACCENTS = "Ça coûte 3 € 😀";

/** Characters beyond ASCII arrive. */
export const accents: Scene = {
  checks: ["utf-8"],
  async play(stage) {
    await stage.ready();
    const found = await stage.typed(ACCENTS, { like: /te 3/ });
    if (found?.request === undefined) return;
    const sent = found.line.text;
    const content = found.request.content.normalize("NFC").trim();
    // Some terminals cannot type the emoji.
    const isRight = content === ACCENTS || content === ACCENTS.replace("😀", "").trim();
    if (isRight) stage.findings.pass("utf-8");
    else if (/Ã|â‚¬|ðŸ/.test(content)) stage.fail("encoded_twice", { sent, places: { content } });
    else stage.fail("lost_characters", { sent, places: { content, text: ACCENTS } });
  },
};

const QUOTES = 'Il dit "oui" \\ C:\\temp';

/** Quotes, backslashes and newlines are escaped. */
export const escaping: Scene = {
  checks: ["escaping"],
  async play(stage) {
    await stage.ready();
    if (!await arrivesUnchanged(stage)) return;
    if (await stage.ask({ key: "several_lines" }) === true) {
      await stage.typed("un\ndeux", { key: "two_lines" });
    }
    stage.findings.pass("escaping");
  },
};

async function arrivesUnchanged(stage: Stage): Promise<boolean> {
  const found = await stage.typed(QUOTES, { like: /oui/ });
  if (found === undefined) return false;
  const sent = found.line.text;
  if (found.request === undefined) {
    if (!stage.findings.hasFailed("escaping")) stage.fail("unescaped", { sent });
    return false;
  }
  const { content } = found.request;
  if (content.trim() === QUOTES) return true;
  stage.fail("changed_text", { sent, places: { content, text: QUOTES } });
  return false;
}
