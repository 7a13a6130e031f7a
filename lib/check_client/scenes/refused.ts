// The server refuses a message for a moment.
import { ProtocolError } from "../../protocol/errors.ts";
import type { Scene } from "./scene.ts";

/** A timer may fire a little before its time. */
const TOLERANCE = 0.9;

/** The scene of the refused message. */
export const refused: Scene = {
  checks: ["retry-after"],
  needs: ["receiving"],
  async play(stage) {
    await stage.ready();
    const { world, limits } = stage;
    let text: string | undefined;
    stage.intercept = (link, request) => {
      if (request.type !== "message" || request.content.trim() === "" || text !== undefined) {
        return false;
      }
      text = request.content;
      const places = { time: { seconds: limits.retryAfter } };
      const error = new ProtocolError("rate_limited", { retryAfter: limits.retryAfter, places });
      world.refuse(link, request, error);
      return true;
    };
    const found = await stage.typed("Trop vite");
    if (found?.request === undefined) return;
    const wait = limits.retryAfter * 1000;
    const again = await stage.until((happening) => {
      if (happening.kind !== "line" || happening.request?.type !== "message") return undefined;
      return happening.request.content === text ? happening : undefined;
    }, wait + limits.reactMs);
    if (again !== undefined) {
      const waited = again.at - found.at;
      if (waited >= wait * TOLERANCE) return stage.findings.pass("retry-after");
      const places = { waited: (waited / 1000).toFixed(1), wanted: String(limits.retryAfter) };
      return stage.fail("too_early", { sent: again.line.text, places });
    }
    const isTold = await stage.ask({ key: "told_refusal" });
    if (isTold === true) stage.findings.pass("retry-after");
    if (isTold === false) stage.fail("refusal_hidden");
  },
};
