// The server says that it stops, and stops.
import type { Scene } from "./scene.ts";

/** The scene of the server's stop. */
export const serverStop: Scene = {
  checks: ["server-stop"],
  async play(stage) {
    const { link } = await stage.ready();
    const { world, limits } = stage;
    stage.tell({ key: "stop" });
    link.send(world.notice("shutting_down", "Le serveur s'arrête."));
    await stage.written(link);
    link.close();
    const closedAt = stage.now();
    const back = await stage.until(
      ({ kind, at }) => kind === "opened" ? at : undefined,
      limits.reconnectMs,
    );
    if (back !== undefined) {
      const waited = back - closedAt;
      // One fault is enough for a client that never waits.
      const isNew = !stage.findings.hasFailed("back-off");
      if (waited < limits.pauseMs && isNew) {
        stage.fail("hammers", { places: { waited: `${waited} ms` } });
      }
      return stage.findings.pass("server-stop");
    }
    const isTold = await stage.ask({ key: "told_end" });
    if (isTold === true) stage.findings.pass("server-stop");
    if (isTold === false) stage.fail("end_hidden");
  },
};
