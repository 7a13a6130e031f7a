// The whole clients in examples/ pass every check of check-client.
import assert from "node:assert/strict";
import { driveClient, type Driven, withStatus } from "../support/driven_client.ts";
import { EXAMPLES } from "../support/example_clients.ts";
import { testWith } from "../support/programs.ts";
import { Classes, hasWindows, JAVA, JVM } from "../examples/java.ts";
import { Screen } from "../examples/screen.ts";

for (const { name, needs, start } of EXAMPLES) {
  testWith({ programs: needs }, `${name} passes every check`, async () => {
    await using client = await start();
    const driven = await driveClient(client.program);
    assertAllPassed(driven);
  });
}

testWith(
  { programs: ["java", "javac", "Xvfb"], also: { "Java with windows": hasWindows() } },
  "Fenetre.java passes every check",
  async () => {
    await using classes = await Classes.compile([
      ...JAVA,
      "java/OpenWindow.java",
      "java/WindowConsole.java",
    ]);
    await using screen = await Screen.open();
    const driven = await driveClient({
      command: "java",
      args: [...JVM, "-cp", classes.directory, "WindowConsole"],
      env: { DISPLAY: screen.display },
    });
    assertAllPassed(driven);
  },
);

function assertAllPassed(driven: Driven): void {
  for (const status of ["failed", "not_tried", "not_done"] as const) {
    assert.deepEqual(withStatus(driven, status), [], `${status}\n${driven.output}`);
  }
}
