// Messages arrive while the student types.
import type { Scene } from "./scene.ts";

/** The scene in which a message arrives in the middle of a line. */
export const receiving: Scene = {
  checks: ["receiving"],
  async play(stage) {
    await stage.ready();
    stage.tell({ key: "begin_typing", type: "J'arrive", enter: false });
    if (await stage.ask({ key: "began" }) !== true) return;
    const text = "Coucou pendant la saisie";
    stage.say(text);
    const isSeen = await stage.seen([text]);
    if (isSeen === true) stage.findings.pass("receiving");
    if (isSeen === false) {
      stage.fail("only_after_typing");
      stage.isSuspect = true;
    }
    await stage.typed("", { key: "finish_typing", enter: true });
  },
};
