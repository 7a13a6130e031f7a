// Fenetre.java on a screen of its own: a person types, and the network never stops the window.
import assert from "node:assert/strict";
import { testWith } from "../support/programs.ts";
import { Client } from "../support/client.ts";
import { startTestServer } from "../support/server.ts";
import { Example } from "./example.ts";
import { Classes, hasWindows, JAVA, JVM } from "./java.ts";
import { Screen } from "./screen.ts";

const isMessage = (line: Record<string, unknown>) => line["type"] === "message";

testWith(
  { programs: ["java", "javac", "Xvfb", "xdotool"], also: { "Java with windows": hasWindows() } },
  "Fenetre.java registers, sends what is typed, shows what comes, and waits for nothing in its window",
  async () => {
    await using classes = await Classes.compile([
      ...JAVA,
      "java/OpenWindow.java",
      "java/WindowProbe.java",
    ]);
    await using server = await startTestServer({ server: { language: "fr" } });
    await using bob = await Client.guest(server.port, "Bob");
    await using screen = await Screen.open();
    const java = ["java", ...JVM, "-cp", classes.directory, "WindowProbe"];
    const args = [`DISPLAY=${screen.display}`, ...java];
    await using program = Example.start({ program: "env", args }, server.port);

    await program.sees("focus name\n");
    await screen.keys("type", "Ada");
    await screen.keys("key", "Tab");
    await program.sees("focus password\n");
    await screen.keys("type", "1234\n");
    await program.sees("(login_failed)\n");
    await screen.keys("key", "Tab", "space", "Tab", "space");
    await program.sees("focus line\n");
    await screen.keys("type", "Bonjour\n");
    const { from, content } = await bob.find(isMessage);
    assert.deepEqual([from, content], ["Ada", "Bonjour"]);
    await bob.send({ type: "message", content: "Salut é € 😀" });
    await program.sees("<Bob> Salut é € 😀\n");
    assert.equal(program.count("* en ligne : Ada, Bob\n"), 1);

    // The thread of the network hangs: the window goes on, and sends nothing by itself.
    await program.type("hold", "say retenu");
    await program.sees("done say retenu\n");
    assert.deepEqual((await bob.sync()).filter(isMessage), []);
    await program.type("release");
    assert.equal((await bob.find(isMessage))["content"], "retenu");

    await program.sees("<Ada> retenu\n");
    await program.type("close");
    assert.equal(await program.exit(), 0);
    assert.doesNotMatch(program.screen, /outside of the EDT/);
  },
);
